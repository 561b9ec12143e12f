-- expect: script_limit instruction limit
local function deep(n) if n == 0 then while true do end end return pcall(deep, n - 1) end
deep(150)
while true do end
