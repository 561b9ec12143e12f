-- expect: script_limit instruction limit
while true do record.metric { name = "m", value = 1 } end
