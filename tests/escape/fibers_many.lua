-- expect: script_limit memory limit
parallel.map(table.move({ true }, 1, 1, 100000, { true }), function() end)
local list = {}
for i = 1, 400000 do list[i] = i end
parallel.map(list, function(x) return llm.chat { role = "r", messages = { { role = "user", content = "q" } } } end)
