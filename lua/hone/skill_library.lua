-- A library of skills as solvers get it: what a workspace holds, or what a packed text says.
--   {system, lessons, skills = {{name, text, description, category, files}}, task_skills = {[task id] = files},
--    settings}
-- The files of a skill are {path, text | base64, mode?} with paths that begin with the skill's folder name.
local skill_files = require "hone.skill_files"

local skill_library = {}

local LESSONS = 15
local SETTINGS = "library.json"

local function parsed(content)
  local ok, document = pcall(skill.parse, content)
  return ok and document or { name = "", description = "" }
end

-- "category: x" of a header; skills without one have none.
local function category_of(content)
  local header = content:match("^%-%-%-[ \t]*\r?\n(.-)\r?\n%-%-%-") or ""
  return text.trim((("\n" .. header):match("\ncategory:%s*([^\n]*)") or ""):gsub("[\"']", ""))
end

local function add_skill(by_name, name, path, file)
  by_name[name] = by_name[name] or { name = name, files = {} }
  local one = by_name[name]
  table.insert(one.files, { path = path, text = file.text, base64 = file.base64, mode = file.mode })
  if path == name .. "/SKILL.md" and file.text then
    one.text, one.category, one.description = file.text, category_of(file.text), parsed(file.text).description
  end
end

-- The newest lines of memory files, as texts.
local function lessons_of(lines)
  local out = {}
  for _, line in ipairs(lines) do
    local entry = json.decode(line)
    local content = type(entry) == "table" and (entry.insight or entry.content)
    if type(content) == "string" then out[#out + 1] = content end
  end
  return table.move(out, math.max(1, #out - LESSONS + 1), #out, 1, {})
end

-- Of the files of a workspace, sorted by path. A lone SKILL.md is a library of that skill.
function skill_library.of_files(files)
  local library, by_name, memory = { skills = {}, task_skills = {}, settings = {} }, {}, {}
  for _, file in ipairs(files) do
    local name, rest = file.path:match("^skills/([^/_][^/]*)/(.+)$")
    local task, below = file.path:match("^task_skills/([^/]+)/(.+)$")
    if name then
      add_skill(by_name, name, name .. "/" .. rest, file)
    elseif task then
      library.task_skills[task] = library.task_skills[task] or {}
      table.insert(library.task_skills[task],
        { path = task .. "/" .. below, text = file.text, base64 = file.base64, mode = file.mode })
    elseif file.path == SETTINGS then
      local settings = json.decode(file.text or "")
      library.settings = type(settings) == "table" and settings or {}
    elseif file.path == "prompts/system.md" then
      library.system = file.text
    elseif file.path:find("^memory/[^/]+%.jsonl$") and file.text then
      for _, line in ipairs(text.lines(file.text)) do memory[#memory + 1] = line end
    elseif file.path == "SKILL.md" and file.text then
      local own = skill.slug(parsed(file.text).name)
      own = own ~= "" and own or "skill"
      add_skill(by_name, own, own .. "/SKILL.md", file)
    end
  end
  for _, one in pairs(by_name) do
    if one.text then table.insert(library.skills, one) end
  end
  library.lessons = lessons_of(memory)
  return library
end

-- What goes with an evolved library to tasks that nobody has seen: prompt, skills and memory, no drafts and no
-- skill of a single task. `settings` say how skills are given out from it, where that is not the usual way.
function skill_library.packed(files, settings)
  local kept = {}
  for _, file in ipairs(files) do
    local drafts = file.path:find("^skills/_") ~= nil
    local travels = (file.path:find("^skills/") and not drafts) or file.path:find("^prompts/")
      or (file.path:find("^memory/") and (file.text or "") ~= "")
    if travels and not file.link then
      kept[#kept + 1] = { path = file.path, text = file.text, base64 = file.base64, mode = file.mode }
    end
  end
  if settings and next(settings) ~= nil then
    kept[#kept + 1] = { path = SETTINGS, text = json.encode(settings) .. "\n" }
  end
  return skill_files.pack(kept)
end

function skill_library.of_packed(content)
  if not content then return { skills = {}, task_skills = {}, lessons = {}, settings = {} } end
  return skill_library.of_files(skill_files.unpack(content))
end

return skill_library
