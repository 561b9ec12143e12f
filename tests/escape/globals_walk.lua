-- expect: result {"found":0}
local found = 0
for _, name in ipairs { "string", "table", "math", "json", "llm", "record", "skill" } do
  for _ in pairs(_ENV[name]) do found = found + 1 end
end
for _ in pairs(_ENV) do found = found + 1 end
return { found = found }
