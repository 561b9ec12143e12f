-- expect: invalid_argument second
xpcall(function() error("first") end, function() error("second") end)
