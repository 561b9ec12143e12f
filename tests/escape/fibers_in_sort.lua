-- expect: invalid_argument cannot be called inside a table.sort comparator
table.sort({ 2, 1 }, function(a, b)
  llm.chat { role = "r", messages = { { role = "user", content = "q" } } }
  return a < b
end)
