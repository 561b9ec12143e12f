-- expect: invalid_argument nested too deeply
local t = {}
t.self = t
llm.chat { role = "r", messages = { { role = "user", content = "x" } }, sampling = t }
