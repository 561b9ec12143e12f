-- expect: script_limit instruction limit
while true do log.info("x") end
