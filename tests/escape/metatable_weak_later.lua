-- expect: result {"kept":true}
local meta = {}
local t = setmetatable({}, meta)
meta.__mode = "k"
meta.__mode = "v"
t[1] = { "only here" }
local waste = {}
for i = 1, 200000 do waste[i % 10 + 1] = { i } end
return { kept = t[1] ~= nil }
