-- What a model is shown of a command that ended (container.Result): both streams, and how it ended when that was
-- not well.
return function(result)
  local out = text.trim(result.stdout .. (result.stderr ~= "" and "\n" .. result.stderr or ""))
  if result.timed_out then
    out = out .. "\n[killed: it took too long]"
  elseif result.code ~= 0 then
    out = out .. "\n[exit code " .. result.code .. "]"
  end
  return out ~= "" and out or "(no output)"
end
