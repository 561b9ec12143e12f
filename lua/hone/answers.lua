-- Answers between <answer> tags, and messages that ask for them.
local answers = {}

-- Said in every system message that wants a tagged answer.
answers.INSTRUCTION = "Think as long as you need, then give the final answer alone between <answer> and </answer>."

local function last_line(s)
  local lines = text.lines(s)
  for i = #lines, 1, -1 do
    local line = text.trim(lines[i])
    if line ~= "" then return line end
  end
  return ""
end

-- The last pair of tags (any case, over several lines), else the last line that is not empty.
function answers.last_pair(s)
  local found
  for _, body in ipairs(re.all(s, "(?is)<answer>(.*?)</answer>")) do found = body[1] end
  return found and text.trim(found) or last_line(s)
end

-- Between the last opening and the last closing tag, else the last line that is not empty.
function answers.last_tags(s)
  local low = s:lower()
  local open, at = nil, 1
  while true do
    local from, to = low:find("<answer>", at, true)
    if not from then break end
    open, at = to + 1, to + 1
  end
  local close
  at = 1
  while true do
    local from, to = low:find("</answer>", at, true)
    if not from then break end
    close, at = from, to + 1
  end
  if open and close and open <= close then return text.trim(s:sub(open, close - 1)) end
  return last_line(s)
end

-- The first pair of tags; nil when there is none.
function answers.first_pair(s)
  local found = re.match(s, "(?is)<answer>(.*?)</answer>")
  return found and text.trim(found) or nil
end

-- A system message: instructions, then the skill, trimmed; nothing stands for a blank one.
function answers.system(instructions, skill_text)
  local body = text.trim(skill_text or "")
  if body == "" then return instructions end
  return instructions .. "\n\n<skill name=\"target\">\n" .. body .. "\n</skill>"
end

-- One target call: nil and the error where the call failed, else the answer.
function answers.ask(messages, p, run, tools)
  return llm.chat {
    role = run.role or "target", messages = messages, tools = tools,
    sampling = {
      max_tokens = p.max_completion_tokens,
      reasoning_effort = not tools and (p.reasoning_effort or "") ~= "" and p.reasoning_effort or nil,
    },
  }
end

-- What an optimizer is told after a training item.
function answers.report(question, predicted, right, verdict)
  return "Question: " .. question .. "\nPrediction: " .. predicted .. "\nRight answer: " .. right
    .. string.format("\nScore: hard %g, soft %.4f", verdict.hard, verdict.soft)
end

return answers
