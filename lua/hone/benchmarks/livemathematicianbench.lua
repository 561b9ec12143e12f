-- LiveMathematicianBench in SkillOpt's form: multiple choice about recent theorems. An item has a question, choices
-- { { label, text }, ... } and the correct one; raw files ("qa_*_final.json") keep them under `mcq` or at the top.
-- The choices are shuffled per item with Python's generator, seeded by the first 16 hex digits of SHA-256 of
-- "seed:id": a new order for each training batch, one order for every evaluation. Hard = soft = the right label.
local answers = require "hone.answers"

-- { label, text } of a choice; a bare text is a choice without a label yet.
local function choice_of(value, label)
  if type(value) ~= "table" then return { label = label, text = tostring(value) } end
  return { label = tostring(value.label or label), text = tostring(value.text or "") }
end

local LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

-- A list of texts or objects, or an object from labels to texts.
local function choices_of(value)
  local out = {}
  if type(value) ~= "table" then return out end
  if #value > 0 then
    for i, one in ipairs(value) do out[i] = choice_of(one, LABELS:sub(i, i)) end
  else
    for label, one in pairs(value) do out[#out + 1] = choice_of(one, label) end
  end
  return out
end

-- The correct choice, an object or a label; its text is looked up, and a choice that is not there is added.
local function correct_of(value, choices)
  local right = type(value) == "table" and choice_of(value) or { label = tostring(value or ""), text = "" }
  for _, choice in ipairs(choices) do
    if choice.label == right.label then return choice end
  end
  if right.text == "" then return nil end
  choices[#choices + 1] = right
  return right
end

local function item(row, _, where)
  local from = type(row.mcq) == "table" and row.mcq or row
  local question = from.question or row.question
  if type(question) ~= "string" or text.trim(question) == "" then return nil, "no question" end
  local choices = choices_of(from.choices)
  local right = correct_of(from.correct_choice or row.correct_choice, choices)
  if not right then return nil, "no correct choice" end
  if #choices < 2 or #choices > #LABELS then return nil, "needs 2 to 26 choices, has " .. #choices end
  local id = row.id or (row.month and row.no and row.month .. ":" .. row.no) or where:match("(%d+)$")
  local types = type(row.theorem_type) == "table" and row.theorem_type[1] or row.theorem_type
  return {
    id = tostring(id), question = question, answer = right, choices = choices,
    task_type = type(types) == "string" and types or nil, cluster = row.paper_link,
    theorem = type(row.theorem) == "string" and row.theorem or nil,
    sketch = type(row.sketch) == "string" and row.sketch or nil,
  }
end

-- The choices as they are shown, each with the label it has in the data.
local function order_of(one, p, seed)
  local order = {}
  for i, choice in ipairs(one.choices) do order[i] = { text = choice.text, was = choice.label } end
  if p.shuffle_choices then
    order = random.mt19937("0x" .. text.hash(seed .. ":" .. one.id):sub(1, 16)):shuffle(order)
  end
  for i, choice in ipairs(order) do choice.label = LABELS:sub(i, i) end
  return order
end

local SYSTEM = "You answer multiple-choice questions of research mathematics. Exactly one choice is right; the others "
  .. "are close to it. Work out what must hold, compare it with every choice, and answer with the label of the right "
  .. "one. " .. answers.INSTRUCTION

local function rollout(one, skill_text, p, run)
  local system, order = answers.system(SYSTEM, skill_text), order_of(one, p, run.seed or 42)
  local user = {}
  local function context(name, body)
    if body then user[#user + 1] = "<" .. name .. ">\n" .. body .. "\n</" .. name .. ">\n\n" end
  end
  context("theorem", p.use_theorem and one.theorem or nil)
  context("sketch", p.use_sketch and one.sketch or nil)
  user[#user + 1] = "<task>\n" .. one.question .. "\n"
  for _, choice in ipairs(order) do user[#user + 1] = "\n" .. choice.label .. ". " .. choice.text end
  user[#user + 1] = "\n</task>"
  user = table.concat(user)
  local reply, err = answers.ask({ { role = "system", content = system }, { role = "user", content = user } }, p, run)
  if not reply then return nil, err end
  return {
    response = reply.text, conversation = { { role = "assistant", content = reply.text } }, call = reply.call,
    target_system_prompt = system, target_user_prompt = user, order = order,
  }
end

local function score_of(one, trace)
  local predicted = score.choice_label(answers.last_pair(trace.response), trace.order)
  local right
  for _, choice in ipairs(trace.order) do
    if choice.was == one.answer.label then right = choice end
  end
  local hard = predicted == right.label and 1 or 0
  local verdict = { hard = hard, soft = hard, predicted_answer = predicted }
  if hard == 0 then verdict.fail_reason = (predicted == "" and "no answer" or "another choice: " .. predicted) end
  verdict.report = answers.report(one.question, predicted, right.label .. ". " .. right.text, verdict)
  return verdict
end

return {
  name = "livemathematicianbench",
  doc = "Multiple choice about recent theorems; the right label.",
  uses = { "llm" },
  params = {
    shuffle_choices = param.bool { true, doc = "another order of the choices for each seed" },
    use_theorem = param.bool { false, doc = "show the theorem that the question is about" },
    use_sketch = param.bool { false, doc = "show the sketch of its proof" },
    max_completion_tokens = param.int { 16384, min = 1, doc = "of one answer of the target" },
  },
  load = { item = item },
  initial_skill = [[
# Choosing among close statements

- Before you look at the choices, say in your own words what the hypotheses force.
- Compare choices in pairs: find the quantifier, the constant or the direction of an inequality in which they differ,
  and decide that difference alone.
- A choice that claims more than the hypotheses give is wrong, and so is one that adds a hypothesis nobody needs.
- Test extreme and trivial cases; one counterexample drops a choice.
- Answer with the label only.
]],
  prompts = {
    analyst_error = "Every question shows its choices in another order, so labels mean nothing from one item to the "
      .. "next: look at what the wrong choice claimed and the right one did not.",
  },
  rollout = rollout,
  score = score_of,
}
