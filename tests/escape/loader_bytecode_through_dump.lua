-- expect: invalid_argument 'string.dump' does not exist
local bytes = ("").dump(function() end)
