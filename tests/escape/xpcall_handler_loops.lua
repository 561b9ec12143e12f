-- expect: script_limit instruction limit
xpcall(function() error("x") end, function() while true do end end)
