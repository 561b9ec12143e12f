-- expect: invalid_argument an error value of type table without a message
error(setmetatable({}, { __tostring = function() while true do end end }))
