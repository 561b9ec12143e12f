-- expect: script_limit instruction limit
local i = 0
while true do i = i + 1 end
