-- Versions of the skill. A version is {text, id, score, origin}. Of a skill that must stay as it is, s.kept is
-- its text: every version begins with it, byte for byte, and only what follows is edited.
local skill_files = require "skillopt.skill_files"

local versions = {}

-- A new version, recorded.
function versions.save(s, content, origin, score)
  return {
    text = content, origin = origin, score = score,
    id = record.skill { side = "target", text = content, name = origin, step = s.t },
  }
end

-- What may be edited of a version's text.
function versions.editable(s, content) return content:sub(#s.kept + 1) end

-- The whole text with its editable part changed by `change`; of several files the first one.
function versions.changed(s, content, change)
  local rest = versions.editable(s, content)
  if s.p.skill_files == "one" then return s.kept .. change(rest) end
  local parts = skill_files.parts(rest)
  parts[1].text = change(parts[1].text)
  return s.kept .. skill_files.joined(parts)
end

-- The first 16 hexadecimal digits of SHA-256 of the text: what evaluations are cached by.
function versions.hash(content) return text.hash(content):sub(1, 16) end

return versions
