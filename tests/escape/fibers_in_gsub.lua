-- expect: invalid_argument cannot be called inside a table.sort comparator, a gsub callback
string.gsub("abc", "%w", function() return parallel.map({ 1 }, function() return 1 end)[1] end)
