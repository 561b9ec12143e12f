-- expect: invalid_argument string.rep: the result is too long
local s = string.rep("", 1e15)
