-- expect: invalid_argument string.rep: the result is too long
local s = ("x"):rep(2 ^ 40)
