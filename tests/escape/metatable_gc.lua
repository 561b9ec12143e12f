-- expect: invalid_argument '__gc' is refused
setmetatable({}, { __gc = function() while true do end end })
