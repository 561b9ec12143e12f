-- Skills that are written in one completion by the role "evolver" (which the released program gave to the model of
-- the solver): asked for, given the header they need, kept within their length, refused when they hold an answer.
local direct_answers = require "skillforge.direct_answers"
local formats = require "hone.formats"

local writing = {}

local TEMPERATURE = 0.3

-- The text of an answer's skill, or nil and why it is no use.
local function accept(answer)
  local content = answer.json.skill
  if type(content) ~= "string" or text.trim(content) == "" then return nil, "there is no text under 'skill'" end
  return text.trim(content) .. "\n"
end

-- A header with at least name, description and category. `about` = {name, description, category}.
local function with_header(content, about)
  local ok, document = pcall(skill.parse, content)
  if ok and document.has_frontmatter and document.name ~= "" and document.description ~= "" then return content end
  local lines = { "---", "name: " .. about.name, "description: " .. json.encode(about.description) }
  if about.category ~= "" then lines[#lines + 1] = "category: " .. json.encode(about.category) end
  local body = ok and document.body or content
  return table.concat(lines, "\n") .. "\n---\n\n" .. text.trim(body) .. "\n"
end

-- The first lines of a text.
function writing.first_lines(content, most)
  local lines = text.lines(content)
  if #lines <= most then return content end
  return table.concat(lines, "\n", 1, most) .. "\n"
end

-- options: {prompt, format, vars, max_tokens, about, lines?, secrets?}. Gives the skill and the answer's JSON; nil
-- when there is none that may be kept, with a row that says why.
function writing.ask(options)
  local answer, err = llm.chat {
    role = "evolver", prompt = options.prompt, format = formats[options.format], vars = options.vars, accept = accept,
    tries = 2, sampling = { temperature = TEMPERATURE, max_tokens = options.max_tokens },
  }
  local about = options.about
  if not answer then
    record.step { name = options.prompt, action = "no_answer", record = { skill = about.name, why = err.message } }
    return nil
  end
  local content = with_header(answer.value, about)
  if options.lines then content = writing.first_lines(content, options.lines) end
  local secret = direct_answers.find(content, options.secrets or {})
  if secret then
    record.step { name = options.prompt, action = "direct_answer", record = { skill = about.name } }
    return nil
  end
  record.step { name = options.prompt, action = "written", record = { skill = about.name } }
  return content, answer.json
end

return writing
