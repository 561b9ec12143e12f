-- expect: invalid_argument string slice too long
local s = ("x"):rep(20000000)
local all = { s:byte(1, -1) }
