-- expect: invalid_argument 'string' is read-only
string.rep = function() return "mine" end
