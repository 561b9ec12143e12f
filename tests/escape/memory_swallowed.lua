-- expect: script_limit memory limit
while true do pcall(function() local t = {} for i = 1, math.huge do t[i] = { i, i } end end) end
