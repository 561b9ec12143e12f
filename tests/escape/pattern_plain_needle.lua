-- expect: result {"at":"nil"}
local at
for i = 1, 3 do at = string.find(("a"):rep(4000000), ("a"):rep(2000000) .. "b", 1, true) end
return { at = tostring(at) }
