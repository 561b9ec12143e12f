-- Versions of the skill. A version is {text, id, score, origin}. Of a skill that must stay as it is, s.kept is
-- its text: every version begins with it, byte for byte, and only what follows is edited.
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

-- The whole text with its editable part changed by `change`.
function versions.changed(s, content, change) return s.kept .. change(versions.editable(s, content)) end

-- The first 16 hexadecimal digits of SHA-256 of the text: what evaluations are cached by.
function versions.hash(content) return text.hash(content):sub(1, 16) end

return versions
