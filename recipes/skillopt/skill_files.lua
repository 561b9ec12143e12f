-- A skill of several files as one text: SKILL.md first, then every other file behind a line that names it,
--   <!-- FILE: references/units.md -->
-- so that versions, gates and targets handle one text, and edits name the file they are for.
local shapes = require "skillopt.shapes"

local skill_files = {}

skill_files.main = "SKILL.md"

skill_files.instructions = [[
The skill may have several files. The first is SKILL.md; each other one begins with a line <!-- FILE: its/path.md -->.
Every edit names its `file`; anchors are looked up in that file alone. "append" to a path that is not there yet makes
a file: put there what is long and seldom needed, and say in SKILL.md when to read it.]]

local MARK = "<!-- FILE: "

local function is_name(name)
  return type(name) == "string" and name:find("^[%w_][%w_./-]*[%w_-]$") ~= nil and not name:find("%.%.")
end

-- The files in their order: { name, text } each.
function skill_files.parts(content)
  local parts, name, from = {}, skill_files.main, 1
  local at = 1
  while true do
    local start = content:find(MARK, at, true)
    if not start then break end
    local named, after = content:match("^<!%-%- FILE: ([^\n]-) %-%->\n()", start)
    if named and (start == 1 or content:sub(start - 1, start - 1) == "\n") then
      parts[#parts + 1] = { name = name, text = content:sub(from, start - 1) }
      name, from = named, after
    end
    at = after or start + 1
  end
  parts[#parts + 1] = { name = name, text = content:sub(from) }
  return parts
end

function skill_files.joined(parts)
  local out = { parts[1].text }
  for i = 2, #parts do
    if out[#out] ~= "" and out[#out]:sub(-1) ~= "\n" then out[#out] = out[#out] .. "\n" end
    out[#out + 1] = MARK .. parts[i].name .. " -->\n" .. parts[i].text
  end
  return table.concat(out)
end

local function refused(one, status, problem)
  return { op = tostring(one.op), target = tostring(one.target or ""),
           content_preview = text.clip(tostring(one.content or ""), { bytes = 200 }), status = status,
           problem = problem }
end

-- Edits on the files that they name, as edit.apply's result: `options` are its options but text and edits.
function skill_files.apply(content, edits, options)
  local parts, by_name, reports = skill_files.parts(content), {}, {}
  for _, part in ipairs(parts) do by_name[part.name] = { part = part, edits = {}, places = {} } end
  for i, one in ipairs(edits) do
    local name = shapes.is_object(one) and one.file or skill_files.main
    if not shapes.says(name) then name = skill_files.main end
    if not by_name[name] and is_name(name) and one.op == "append" then
      parts[#parts + 1] = { name = name, text = "" }
      by_name[name] = { part = parts[#parts], edits = {}, places = {} }
    end
    local file = by_name[name]
    if file then
      table.insert(file.edits, one)
      table.insert(file.places, i)
    else
      reports[i] = is_name(name) and refused(one, "missing_file", "there is no file " .. name)
        or refused(one, "refused_file", "no path inside the skill")
    end
  end
  local done = { applied = 0, skipped = 0, errors = 0, total = #edits, report = reports }
  for _, file in pairs(by_name) do
    local one = edit.apply { text = file.part.text, edits = file.edits, semantics = options.semantics,
                             protected = options.protected }
    file.part.text = one.text
    done.applied, done.errors = done.applied + one.applied, done.errors + one.errors
    for k, report in ipairs(one.report) do reports[file.places[k]] = report end
  end
  for i, report in ipairs(reports) do report.index = i end
  done.skipped = done.total - done.applied - done.errors
  done.text = skill_files.joined(parts)
  return done
end

return skill_files
