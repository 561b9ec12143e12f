-- expect: script_limit instruction limit
pcall(parallel.map, { 1 }, function()
  local guard <close> = setmetatable({}, { __close = function() while true do end end })
  error("leave")
end)
