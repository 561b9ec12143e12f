-- The skills that a solver finds in its container: folders with a SKILL.md in the places where agents look. The
-- first place that holds a name wins. What is read here was written by anybody.
local cut = require "hone.agent.cut"

local installed_skills = {}

-- Below the home directory, in the order in which they are looked through.
installed_skills.places = {
  ".terminus/skills", ".claude/skills", ".codex/skills", ".opencode/skill", ".agents/skills", ".goose/skills",
  ".factory/skills", ".github/skills",
}
installed_skills.fewer_places = { ".agents/skills", ".claude/skills", ".codex/skills", ".terminus/skills" }

local MARK = "@@skill "
local LIST = [[
for place in "$@"; do for file in "$place"/*/SKILL.md; do
[ -f "$file" ] && { echo "@@skill $file"; head -c 2048 "$file"; echo; }
done; done; true]]
local TEXT_BYTES = 24000  -- of a skill or a reference; more is cut with a notice

local function header(s)
  local out = {}
  local block = s:match("^%-%-%-[ \t]*\r?\n(.-)\r?\n%-%-%-") or s
  for _, line in ipairs(text.lines(block)) do
    local key, value = line:match("^(%a+):%s*(.-)%s*$")
    if (key == "name" or key == "description") and not out[key] then
      out[key] = value:match('^"(.*)"$') or value:match("^'(.*)'$") or value
    end
  end
  return out
end

-- {list = {{name, description, folder, injected}}, by_name}; nil, err when the container failed. `injected` is a
-- set of names that were put there by us.
function installed_skills.find(container, home, places, injected)
  local argv = { "sh", "-c", LIST, "sh" }
  for _, place in ipairs(places) do argv[#argv + 1] = home .. "/" .. place end
  local result, err = container:exec { argv = argv, timeout_s = 30, max_output_bytes = 1 << 20 }
  if not result then return nil, err end
  local shelf = { list = {}, by_name = {} }
  local pieces = text.split("\n" .. result.stdout, "\n" .. MARK)
  for i = 2, #pieces do
    local file, content = pieces[i]:match("^([^\n]*)\n(.*)$")
    local folder, name = (file or ""):match("^(.*/([^/]+))/SKILL%.md$")
    if name and not shelf.by_name[name] then
      local one = { name = name, description = header(content).description or "", folder = folder,
                    injected = injected[name] == true }
      shelf.by_name[name] = one
      shelf.list[#shelf.list + 1] = one
    end
  end
  table.sort(shelf.list, function(a, b) return a.name < b.name end)
  return shelf
end

-- "- name: description" lines.
function installed_skills.lines(shelf)
  local lines = {}
  for i, one in ipairs(shelf.list) do
    local description = text.clip(one.description:gsub("%s+", " "), { bytes = 400 })
    lines[i] = "- " .. one.name .. ": " .. description
  end
  return #lines > 0 and table.concat(lines, "\n") or "(none)"
end

-- The text of a file of a skill, for the model; nil when it is not there. `event` tells what happened, as
-- record.skill_use takes it. A third value is an error of the container.
function installed_skills.read(container, shelf, name, reference)
  local one = shelf.by_name[name]
  local event = { event = reference and "reference" or "load", name = reference and name .. "/" .. reference or name,
                  found = false, injected = one ~= nil and one.injected }
  local inside = not reference or (reference ~= "" and not reference:find("%.%.") and reference:sub(1, 1) ~= "/")
  if not one or not inside then return nil, event end
  local files = { one.folder .. "/SKILL.md" }
  if reference then files = { one.folder .. "/references/" .. reference, one.folder .. "/" .. reference } end
  for _, file in ipairs(files) do
    local result, err = container:exec { argv = { "cat", "--", file }, timeout_s = 30 }
    if not result then return nil, event, err end
    if result.code == 0 then
      event.found = true
      return cut.middle(result.stdout, TEXT_BYTES), event
    end
  end
  return nil, event
end

-- What a solver is answered: the skill in its tag, or which ones there are.
function installed_skills.answer(name, content, shelf)
  if content then return cut.tagged("loaded_skill", ' name="' .. name:gsub('["<>\n]', "") .. '"', content) end
  return "There is no skill '" .. text.clip(name, { bytes = 100 }) .. "' here. There are:\n"
    .. installed_skills.lines(shelf)
end

return installed_skills
