-- What an evolver may change, enforced: the files that came back from its container are compared with those that
-- went in, and everything it had no leave for is put back as it was. All answers name paths.
local permissions = {}

local function by_path(files)
  local out = {}
  for _, file in ipairs(files) do out[file.path] = file end
  return out
end

local function same(a, b)
  return a.text == b.text and a.base64 == b.base64 and a.link == b.link
end

-- "skills/x" of a path of a skill that is one; nil for drafts and anything else.
local function skill_of(path) return path:match("^(skills/[^/_][^/]*)/") end

-- Why a change of a path is not allowed; nil when it is.
local function objection(path, before, after, p, protected)
  if path:find("%c") or #path > 200 then return "a name that cannot be" end
  if after and after.link then return "a link" end
  local folder = skill_of(path)
  if folder then
    if not p.evolve_skills then return "skills" end
    if p.protect_skills and protected[folder] then return "a protected skill" end
    return nil
  end
  if path == "prompts/system.md" then
    if not p.evolve_prompts then return "prompts" end
    return not after and "the system prompt was removed" or nil
  end
  if path:find("^memory/[^/]+%.jsonl$") then return not p.evolve_memory and "memory" or nil end
  if path:find("^tools/") then return not p.evolve_tools and "tools" or nil end
  return "outside of what may be changed"
end

-- A skill must be one that a solver can be offered: a header with a description, and a body.
local function unusable(file)
  if not file.text then return "a SKILL.md that is no text" end
  local ok, document = pcall(skill.parse, file.text)
  if not ok then return "a SKILL.md whose header does not end" end
  if not document.has_frontmatter or text.trim(document.description or "") == "" then
    return "a SKILL.md without a description"
  end
  return text.trim(document.body) == "" and "a SKILL.md without a body" or nil
end

local function all_paths(a, b)
  local set, list = {}, {}
  for path in pairs(a) do set[path] = true end
  for path in pairs(b) do set[path] = true end
  for path in pairs(set) do list[#list + 1] = path end
  return list
end

-- Files to keep, and {path, why} of what was put back. `before` and `after` are lists of files; new skills beyond
-- p.max_skills go too, in order of name.
function permissions.enforce(before, after, p)
  local old, new, reverted, protected, fresh = by_path(before), by_path(after), {}, {}, {}
  for path in pairs(old) do
    local folder = skill_of(path)
    if folder then protected[folder] = true end
  end
  local function put_back(path, why)
    new[path] = old[path]
    reverted[#reverted + 1] = { path = path, why = why }
  end
  for _, path in ipairs(all_paths(old, new)) do
    local changed = not (old[path] and new[path] and same(old[path], new[path]))
    local why = changed and objection(path, old[path], new[path], p, protected)
    if changed and not why and new[path] and path:find("^skills/[^/]+/SKILL%.md$") then why = unusable(new[path]) end
    if why then put_back(path, why) end
  end
  for _, path in ipairs(all_paths(new, {})) do
    local folder = skill_of(path)
    if folder and not protected[folder] and path == folder .. "/SKILL.md" then fresh[#fresh + 1] = folder end
  end
  for i = p.max_skills + 1, #fresh do
    for _, path in ipairs(all_paths(new, {})) do
      if skill_of(path) == fresh[i] then put_back(path, "beyond the budget of " .. p.max_skills .. " new skills") end
    end
  end
  local kept = {}
  for _, path in ipairs(all_paths(new, {})) do kept[#kept + 1] = new[path] end
  return kept, reverted
end

-- Names of skills that were added, changed (by content) and removed.
function permissions.skill_changes(before, after)
  local function contents(files)
    local out = {}
    for _, file in ipairs(files) do
      local folder = skill_of(file.path)
      if folder then
        out[folder] = (out[folder] or "") .. file.path .. "\0" .. (file.text or file.base64 or file.link or "") .. "\0"
      end
    end
    return out
  end
  local old, new = contents(before), contents(after)
  local changes = { added = json.array {}, changed = json.array {}, removed = json.array {} }
  for folder, content in pairs(new) do
    local name = folder:sub(#"skills/" + 1)
    if not old[folder] then
      table.insert(changes.added, name)
    elseif old[folder] ~= content then
      table.insert(changes.changed, name)
    end
  end
  for folder in pairs(old) do
    if not new[folder] then table.insert(changes.removed, folder:sub(#"skills/" + 1)) end
  end
  return changes
end

return permissions
