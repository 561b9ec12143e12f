-- expect: script_limit memory limit
local keep = {}
for i = 1, 1000 do keep[i] = json.decode("[" .. ("[1,2],"):rep(20000) .. "0]") end
