-- expect: invalid_argument '%p' is refused
local s = string.format("%p", {})
