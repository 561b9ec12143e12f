-- Skills that have grown too long are rewritten shorter. The result is checked again: what is still too long is not
-- taken, and the skill stays as it was.
local writing = require "skillforge.writing"

local distillation = {}

local MOST_LINES, MOST_BYTES, TOKENS = 200, 6000, 4096

function distillation.is_bloated(content)
  return #text.split(content, "\n") > MOST_LINES or #content > MOST_BYTES
end

-- The version after the one that a text tells.
function distillation.next_version(content)
  local version = content:lower():match("version%s*:%s*[\"']?(%d+)")
  return (tonumber(version) or 0) + 1
end

-- The files with bloated skills made shorter.
function distillation.apply(files, secrets)
  local out = table.move(files, 1, #files, 1, {})
  for i, file in ipairs(files) do
    local name = file.path:match("^skills/([^/_][^/]*)/SKILL%.md$")
    if name and file.text and distillation.is_bloated(file.text) then
      local content = writing.ask {
        prompt = "distil", format = "distilled_skill", max_tokens = TOKENS, secrets = secrets,
        about = { name = name, category = "", description = "Rules and commands of " .. name .. "." },
        vars = { name = name, version = tostring(distillation.next_version(file.text)), text = file.text },
      }
      if content and distillation.is_bloated(content) then
        record.step { name = "distil", action = "still_too_long", record = { skill = name } }
      elseif content then
        out[i] = { path = file.path, text = content, mode = file.mode }
      end
    end
  end
  return out
end

return distillation
