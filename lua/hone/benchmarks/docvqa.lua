-- DocVQA (Mathew et al., "DocVQA: a dataset for VQA on document images", WACV 2021) in SkillOpt's form: CSV with
-- questionId or id, question, answer or ground_truth (a text, or a JSON or Python list in a text, or an object that
-- holds one), image_path, topic or category. The page is an image in the message; ANLS, hard from 0.999 on.
local answers = require "hone.answers"

local MEDIA = { png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg", webp = "image/webp", gif = "image/gif" }

-- The texts of a Python list of string literals, "['a', \"b's\"]"; nil for anything else.
local function python_list(s)
  local body = s:match("^%s*[%[%(](.*)[%]%)]%s*$")
  if not body then return nil end
  local out, at = {}, 1
  while true do
    at = body:find("[^%s,]", at)
    if not at then return #out > 0 and out or nil end
    local quote = body:match("^['\"]", at)
    if not quote then return nil end
    local piece = {}
    at = at + 1
    while body:sub(at, at) ~= quote do
      if at > #body then return nil end
      if body:sub(at, at) == "\\" then at = at + 1 end
      piece[#piece + 1] = body:sub(at, at)
      at = at + 1
    end
    out[#out + 1] = table.concat(piece)
    at = at + 1
  end
end

-- Right answers, whatever form the data gives them.
local function right_answers(value)
  if type(value) == "string" then
    local decoded = json.decode(value)
    if type(decoded) == "table" then return right_answers(decoded) end
    return python_list(value) or { value }
  end
  if type(value) == "number" then return { tostring(value) } end
  if type(value) ~= "table" then return {} end
  if #value == 0 then return right_answers(value.answers or value.ground_truth or value.answer) end
  local out = {}
  for i, one in ipairs(value) do out[i] = tostring(one) end
  return out
end

-- The question without a line that names the document's place.
local function question_of(row)
  local lines = {}
  for _, line in ipairs(text.lines(tostring(row.question or ""))) do
    if not line:lower():find("document_path:", 1, true) then lines[#lines + 1] = line end
  end
  return text.trim(table.concat(lines, "\n"))
end

local function item(row)
  local question, right = question_of(row), right_answers(row.answer or row.ground_truth)
  if question == "" then return nil, "no question" end
  if #right == 0 then return nil, "no answer" end
  local path = row.image_path
  if type(path) ~= "string" or path == "" then return nil, "no image_path" end
  local media = MEDIA[(path:match("%.(%w+)$") or ""):lower()]
  if not media then return nil, "image_path: png, jpg, webp and gif are understood, not " .. path end
  return {
    id = tostring(row.questionId or row.id), question = question, answer = right, cluster = path,
    task_type = row.topic or row.category, image = row.image_asset, media_type = media,
  }
end

local SYSTEM = "You answer questions about a page that is shown as an image. Read the whole page, labels of figures, "
  .. "tables and stamps too; the answer is written on it, and you give it exactly as it is written. "
  .. answers.INSTRUCTION

local function rollout(one, skill_text, p, run)
  local system = answers.system(SYSTEM, skill_text)
  local user = "<task>\n" .. one.question .. "\n</task>"
  local shown = { { image = one.image, media_type = one.media_type }, user }
  local conversation, reply = {}, nil
  for turn = 1, p.max_turns do
    local asked = shown
    if turn > 1 then
      asked = { shown[1], user .. "\n\nYour answer so far was:\n" .. reply.text
                .. "\n\nLook at the page again and give the final answer once more." }
    end
    local err
    reply, err = answers.ask({ { role = "system", content = system }, { role = "user", content = asked } }, p, run)
    if not reply then return nil, err end
    conversation[#conversation + 1] = { role = "assistant", content = reply.text }
  end
  return {
    response = reply.text, conversation = conversation, n_turns = p.max_turns, call = reply.call,
    target_system_prompt = system, target_user_prompt = user,
  }
end

local function score_of(one, trace)
  local predicted = answers.last_tags(trace.response)
  local anls = score.anls(predicted, one.answer)
  local verdict = { hard = anls >= 0.999 and 1 or 0, soft = anls, predicted_answer = predicted }
  if anls == 0 then
    verdict.fail_reason = predicted == "" and "no answer" or "another answer: " .. text.clip(predicted, { bytes = 200 })
  end
  verdict.report = answers.report(one.question, predicted, table.concat(one.answer, " | "), verdict)
  return verdict
end

return {
  name = "docvqa",
  doc = "Questions about scanned pages; ANLS.",
  uses = { "llm" },
  params = {
    max_turns = param.int { 1, min = 1, max = 20, doc = "turns; later ones review the answer" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  most_calls = function(p) return p.max_turns end,
  load = {
    fields = { "question", "image_path" },
    params = { image_root = param.string { "", doc = "folder that image_path starts at; empty: the data's" } },
    files = function(p) return { { field = "image_path", as = "image_asset", roots = { p.image_root } } } end,
    item = item,
  },
  initial_skill = [[
# Reading a page

- Find the label, heading or row that the question names before you look for its value.
- Copy the value as printed: same spelling, same punctuation, the unit only when it is printed there.
- For a table, follow the row and the column with care; for a form, the value stands beside or below its label.
- Give the value alone.
]],
  rollout = rollout,
  score = score_of,
}
