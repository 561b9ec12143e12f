-- A folder of files as one text, so that a library of skills is a skill like any other: recorded, hashed, handed
-- to an evaluator, exported. A single SKILL.md is its own text. Everything else gets a header that reads as the
-- frontmatter of a skill, then each file with its length in bytes, so that no content can end a file early.
-- Files are {path, text | base64, mode?}, as a workspace gives them; the order is the paths'.
local skill_files = {}

local HEADER = "---\nname: skill-library\ndescription: "
local DEFAULT_MODE = 420

local function by_path(files)
  local sorted = table.move(files, 1, #files, 1, {})
  table.sort(sorted, function(a, b) return a.path < b.path end)
  local function refuse(file, why) error("skill_files.pack: " .. json.encode(file.path) .. " " .. why) end
  for i, file in ipairs(sorted) do
    if file.path:find('[%c"]') then refuse(file, "has a mark in its name") end
    if i > 1 and sorted[i - 1].path == file.path then refuse(file, "is there twice") end
    if not (file.text or file.base64) then refuse(file, "has neither text nor base64") end
  end
  return sorted
end

local function is_packed(content) return content:sub(1, #HEADER) == HEADER end

function skill_files.pack(files)
  local sorted = by_path(files)
  local only = sorted[1]
  if #sorted == 1 and only.path == "SKILL.md" and only.text and not is_packed(only.text)
      and (only.mode or DEFAULT_MODE) == DEFAULT_MODE then
    return only.text
  end
  local names, out = {}, {}
  for i, file in ipairs(sorted) do
    local body = file.text or file.base64
    local extra = (file.base64 and ' encoding="base64"' or "")
      .. (file.mode and file.mode ~= DEFAULT_MODE and ' mode="' .. file.mode .. '"' or "")
    out[i] = '<file path="' .. file.path .. '" bytes="' .. #body .. '"' .. extra .. ">\n" .. body .. "\n</file>\n"
    local name = file.path:match("([^/]+)/SKILL%.md$")
    if name then names[#names + 1] = name end
  end
  local description = #names > 0 and table.concat(names, ", ") or #sorted .. " files"
  return HEADER .. json.encode(description) .. "\nfiles: " .. #sorted .. "\n---\n" .. table.concat(out)
end

-- The files of a packed text; any other text is the one file SKILL.md. A packed text that was changed by hand
-- and no longer adds up is an error that says where.
function skill_files.unpack(content)
  if not is_packed(content) then return { { path = "SKILL.md", text = content } } end
  local _, at = content:find("\n---\n", 1, true)
  if not at then error("skill_files.unpack: the header of the library does not end") end
  local files, position = {}, at + 1
  while position <= #content do
    local first, last, path, bytes, extra = content:find('^<file path="([^"]*)" bytes="(%d+)"([^>]*)>\n', position)
    if not first then error("skill_files.unpack: no file begins at byte " .. position) end
    local stop = last + tonumber(bytes)
    if content:sub(stop + 1, stop + 9) ~= "\n</file>\n" then
      error("skill_files.unpack: " .. path .. " does not end after its " .. bytes .. " bytes")
    end
    local file, body = { path = path }, content:sub(last + 1, stop)
    file[extra:find('encoding="base64"', 1, true) and "base64" or "text"] = body
    file.mode = math.tointeger(tonumber(extra:match('mode="(%d+)"')))
    files[#files + 1] = file
    position = stop + 10
  end
  return files
end

return skill_files
