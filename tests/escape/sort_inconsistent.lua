-- expect: script_limit instruction limit
local t = {}
for i = 1, 300000 do t[i] = i % 7 end
for k = 1, 100 do table.sort(t, function(a, b) return true end) end
