-- How the optimizer is asked, and how its prompts show skills and lists.
local params = require "skillopt.params"
local shapes = require "skillopt.shapes"

local ask = {}

-- The object in an answer by the original's rule: a ```json fence, else everything from the first brace to the last
-- one. Two objects are no answer.
local function published_object(answer)
  local fenced = answer:match("```json%s*(.-)```")
  local value = json.decode(fenced or answer:match("{.*}") or "")
  return shapes.is_object(value) and value or nil
end

-- One call of the optimizer in stage `stage`; nil, err when there is no usable answer. `options`: prompt, vars,
-- format, accept(json) -> whether it can be used and why not, max_tokens, effort.
function ask.optimizer(s, stage, options)
  s.calls = s.calls + s.p.answer_tries
  local effort = options.effort and options.effort ~= "" and options.effort or s.p.reasoning_effort
  local answer, err = llm.chat {
    role = "optimizer", prompt = options.prompt, vars = options.vars, format = options.format, tries = s.p.answer_tries,
    sampling = {
      max_tokens = options.max_tokens or params.max_tokens.usual, reasoning_effort = effort ~= "" and effort or nil,
    },
    accept = function(said)
      if s.p.json_answers == "published" then
        said.json = published_object(said.text)
        if not said.json then return nil, "not exactly one JSON object" end
      end
      if not shapes.is_object(said.json) then return nil, "no JSON object" end
      if options.accept then return options.accept(said.json) end
      return true
    end,
  }
  if not answer then log.info(stage .. ": " .. err.message) end
  return answer, err
end

function ask.skill(s, content)
  return '<skill name="target">\n' .. (content or s.current.text) .. "\n</skill>"
end

-- The optimizer's own notes, or nothing.
function ask.meta_skill(s)
  return s.meta == "" and "" or "<meta_skill>\n" .. s.meta .. "\n</meta_skill>"
end

-- A list of payload items, numbered from 0, in full.
function ask.numbered(items)
  local lines = {}
  for i, item in ipairs(items) do
    local parts = { "[" .. i - 1 .. "]" }
    for key, value in pairs(item) do
      parts[#parts + 1] = key .. "=" .. (type(value) == "string" and value or json.encode(value))
    end
    lines[i] = table.concat(parts, " ")
  end
  return table.concat(lines, "\n")
end

return ask
