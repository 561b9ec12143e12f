-- expect: invalid_argument metatable is protected
setmetatable(string, { __index = {} })
