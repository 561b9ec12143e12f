-- expect: result {"calls":0}
local calls = 0
local meta = {}
for i = 1, 1000 do setmetatable({}, meta) end
meta.__gc = function() calls = calls + 1 end
for i = 1, 1000 do setmetatable({}, getmetatable(setmetatable({}, nil)) or nil) end
local waste = {}
for i = 1, 20000 do waste[i % 10 + 1] = { i } end
return { calls = calls }
