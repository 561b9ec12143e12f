-- The response formats of skill evolution, by the job they ask for. A format is {name, schema}, as
-- llm.chat{format = ...} takes it; each has an `accept` beside it that says why an answer is unusable.
local text = { type = "string" }
local texts = { type = "array", items = text }

local function object(properties)
  local required = {}
  for name in pairs(properties) do required[#required + 1] = name end
  return { type = "object", properties = properties, required = required, additionalProperties = false }
end

local formats = {}

-- The challenger's batch.
formats.tasks = {
  name = "tasks",
  schema = object { tasks = { type = "array", items = object { task = text, rubrics = texts } } },
}

-- A proposer's diagnosis: what should change in a skill, and why.
formats.diagnosis = {
  name = "diagnosis",
  schema = object {
    action = { type = "string", enum = { "add", "merge" } },
    target_skill = { type = { "string", "null" } },
    analysis = text,
    skill_name = text,
    skill_description = text,
    proposed_skill = text,
    justification = text,
  },
}

-- A generator's complete SKILL.md.
formats.skill = { name = "skill", schema = object { skill_content = text, reasoning = text } }

-- What a generator adds to a skill that only grows: a SKILL.md of the addition alone.
formats.addition = { name = "skill_addition", schema = formats.skill.schema }

-- A proposer's change of a skill, or none: Afterimage's form of a diagnosis.
formats.proposal = {
  name = "proposal",
  schema = object {
    action = { type = "string", enum = { "create", "revise", "keep" } },
    name = text,
    description = text,
    target_failure_modes = texts,
    proposed_guidance = text,
  },
}

-- A complete skill in parts: Afterimage's form.
formats.skill_parts = { name = "skill_parts", schema = object { name = text, description = text, content = text } }

local candidate = {
  name = text, description = text, prompt = text, triggers = texts, workflow_steps = texts,
  constraints = texts, cautions = texts, output_contract = texts, confidence = { type = "number" },
}

-- The skills of one window of a document: AutoSkill4Doc's form.
formats.skill_candidates = {
  name = "skill_candidates",
  schema = object { skills = { type = "array", items = object(candidate) } },
}

-- What becomes of a candidate beside the skills that are there; `skill` is the joined one of a merge.
formats.recombination = {
  name = "recombination",
  schema = object {
    action = { type = "string", enum = { "create", "merge", "unchanged", "discard" } },
    target = { type = { "integer", "null" } },
    reason = text,
    skill = { anyOf = { object(candidate), { type = "null" } } },
  },
}

-- A whole SKILL.md in one completion: the guide of one task, a skill made shorter, what a success may teach.
formats.task_skill = { name = "task_skill", schema = object { skill = text } }
formats.distilled_skill = { name = "distilled_skill", schema = formats.task_skill.schema }
formats.success_draft = { name = "success_draft", schema = object { skill = text, support_key = text } }

-- A skill's quality beside its context: five dimensions, each from 0 to 100.
formats.dimensions = { "conciseness", "faithfulness", "clarity", "effectiveness", "reusability" }
local scores = {}
for _, dimension in ipairs(formats.dimensions) do
  scores[dimension] = object { score = { type = "integer", minimum = 0, maximum = 100 }, reason = text }
end
formats.skill_quality = { name = "skill_quality", schema = object(scores) }

-- A member of the answer's JSON, which may be any value a model came up with.
local function member(answer, key)
  return type(answer.json) == "table" and answer.json[key] or nil
end

local function blank(value)
  return type(value) ~= "string" or value:match("%S") == nil
end

-- At most `most` tasks that have a text and rubrics; ill-formed ones are left out.
function formats.accept_tasks(most)
  return function(answer)
    local tasks = {}
    local listed = member(answer, "tasks")
    for _, entry in ipairs(type(listed) == "table" and listed or {}) do
      local usable = type(entry) == "table" and not blank(entry.task)
        and type(entry.rubrics) == "table" and #entry.rubrics > 0
      for _, rubric in ipairs(usable and entry.rubrics or {}) do usable = usable and not blank(rubric) end
      if usable and #tasks < most then tasks[#tasks + 1] = { text = entry.task, rubrics = entry.rubrics } end
    end
    if #tasks == 0 then return nil, "no task with rubrics" end
    return tasks
  end
end

function formats.accept_diagnosis(answer)
  for _, key in ipairs { "skill_name", "skill_description", "proposed_skill", "justification" } do
    if blank(member(answer, key)) then return nil, "the diagnosis has no " .. key end
  end
  return answer.json
end

-- The whole text of a skill with frontmatter; the name is made valid, nothing else is touched.
function formats.accept_skill(answer)
  local content = member(answer, "skill_content")
  if blank(content) then return nil, "no skill_content" end
  -- parse raises on frontmatter that never ends; here that is one more unusable answer.
  local ok, document = pcall(skill.parse, content)
  if not ok then return nil, document end
  if blank(document.name) then return nil, "the skill has no frontmatter with a name" end
  if blank(document.body) then return nil, "the skill has no body" end
  return content
end

-- A proposal with a known action; anything else creates, as in Afterimage.
function formats.accept_proposal(answer)
  local action = member(answer, "action")
  if action ~= "revise" and action ~= "keep" then action = "create" end
  local guidance = member(answer, "proposed_guidance")
  if action ~= "keep" and blank(guidance) then return nil, "the proposal has no proposed_guidance" end
  local modes = json.array {}
  local listed = member(answer, "target_failure_modes")
  for _, mode in ipairs(type(listed) == "table" and listed or {}) do
    if not blank(mode) then modes[#modes + 1] = mode end
  end
  local function words(key)
    local value = member(answer, key)
    return blank(value) and "" or value
  end
  return { action = action, name = words "name", description = words "description",
           target_failure_modes = modes, proposed_guidance = words "proposed_guidance" }
end

-- {conciseness = 90, ...}: every dimension has a number from 0 to 100.
function formats.accept_skill_quality(answer)
  local out = {}
  for _, dimension in ipairs(formats.dimensions) do
    local entry = member(answer, dimension)
    local score = type(entry) == "table" and entry.score or entry
    if type(score) ~= "number" or score < 0 or score > 100 then
      return nil, dimension .. " has no score from 0 to 100"
    end
    out[dimension] = score
  end
  return out
end

-- The text of a valid SKILL.md made of the parts.
function formats.accept_skill_parts(answer)
  local content = member(answer, "content")
  if blank(content) then return nil, "the skill has no content" end
  local function words(key)
    local value = member(answer, key)
    return blank(value) and "" or value
  end
  return skill.normalise(words "name", words "description", content)
end

return formats
