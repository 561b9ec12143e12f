-- expect: script_limit instruction limit
parallel.map({ 1, 2 }, function(x) if x == 2 then while true do end end end)
