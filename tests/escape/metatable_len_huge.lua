-- expect: result {"n":0}
local t = setmetatable({}, { __len = function() return math.maxinteger end })
table.insert(t, 1)
table.remove(t)
local n = 0
for _ in pairs(t) do n = n + 1 end
table.sort(t)
return { n = n }
