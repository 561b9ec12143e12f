-- expect: invalid_argument __index
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
return { x = a.missing }
