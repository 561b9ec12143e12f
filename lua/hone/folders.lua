-- Names of folders and lines of JSON for the output trees of published systems.
local folders = {}

-- Letters, digits and a few marks are kept; an id that needed a change gets a piece of its hash, so that two ids
-- never share a folder. `taken` are names that the tree needs itself.
function folders.of(id, taken)
  local safe = id:gsub("[^%w%-%._#@+=]", "-"):sub(1, 100)
  if safe == id and id:find("^[%w_]") and not (taken or {})[id] then return id end
  return "context-" .. safe:gsub("^[%.%-]+", "") .. "-" .. text.hash(id):sub(1, 12)
end

-- One line of JSON for each entry.
function folders.lines(entries)
  local out = {}
  for i, entry in ipairs(entries) do out[i] = json.encode(entry) .. "\n" end
  return table.concat(out)
end

return folders
