-- AutoSkill4Doc: skills from the windows of a document, recombined into one set.
--
-- The simplest faithful form of that system as a baseline: the text is cut into windows, each window gives a few
-- skills of its own, and the skills are put together. What the paper that uses it calls recombination is a
-- decision for each skill beside similar earlier ones (recombine = "merge"); the released code merges
-- nothing within a first batch (preset published_code). Unlike the original, no text is dropped on the way
-- to a window (coverage is a metric of each unit, and it is 1), a failed call loses no other window, and
-- every skill that is refused, joined or left out is a row. Similar skills are found by keywords, the
-- original's way where no vectors are at hand.
local formats = require "hone.formats"
local keywords = require "hone.keywords"
local self_play = require "hone.self_play"
local windows = require "hone.windows"

local TRIES = 2   -- a reply that cannot be used is asked for once more
local SIMILAR = 12

local params = {
  window_chars = param.int { 2400, min = 400, doc = "characters of a window at most" },
  overlap_chars = param.int { 200, min = 0, max = 10000,
    doc = "characters that the pieces of a longer paragraph share; less than half a window" },
  candidates = param.int { 3, min = 1, max = 20, doc = "skills of one window at most" },
  recombine = param.choice { "merge", "none",
    doc = "merge: one call for each skill that has similar earlier ones decides whether it joins one; none: "
      .. "only skills of the same identity are joined (released code)" },
}

-- The lists of a skill, in the order in which they are written, and their headings.
local LISTS = {
  { key = "triggers", title = "When to use" },
  { key = "workflow_steps", title = "Steps" },
  { key = "constraints", title = "Constraints" },
  { key = "cautions", title = "Cautions" },
  { key = "output_contract", title = "What the answer must have" },
}

local function filled(value) return type(value) == "string" and value:find("%S") ~= nil end

local function strings(list, most)
  local out = json.array {}
  for _, one in ipairs(type(list) == "table" and list or {}) do
    if filled(one) and #out < most then out[#out + 1] = text.trim(one) end
  end
  return out
end

-- A candidate with clean fields, or nil: a skill needs a name, a description, a text, and something to do
-- or to heed.
local function checked(entry)
  if type(entry) ~= "table" then return nil end
  for _, key in ipairs { "name", "description", "prompt" } do
    if not filled(entry[key]) then return nil end
  end
  local confidence = type(entry.confidence) == "number" and math.max(0.0, math.min(1.0, entry.confidence)) or 0.75
  local out = { name = text.trim(entry.name), description = text.trim(entry.description),
                prompt = text.trim(entry.prompt), confidence = confidence }
  for _, list in ipairs(LISTS) do out[list.key] = strings(entry[list.key], 12) end
  if #out.workflow_steps + #out.constraints + #out.cautions == 0 then return nil end
  return out
end

local function accept_candidates(most)
  return function(answer)
    local listed = type(answer.json) == "table" and answer.json.skills
    if type(listed) ~= "table" then return nil, "no list of skills" end
    local skills, refused = {}, 0
    for _, entry in ipairs(listed) do
      local one = checked(entry)
      if one and #skills < most then skills[#skills + 1] = one else refused = refused + 1 end
    end
    return { skills = skills, refused = refused }
  end
end

local function accept_decision(n_similar)
  return function(answer)
    local given = type(answer.json) == "table" and answer.json or {}
    if given.action == "create" or given.action == "discard" then return given end
    if given.action ~= "merge" and given.action ~= "unchanged" then return nil, "an unknown action" end
    if math.type(given.target) ~= "integer" or given.target < 1 or given.target > n_similar then
      return nil, "the target is none of the skills shown"
    end
    local joined = checked(given.skill)
    if given.action == "merge" and not joined then return nil, "the joined skill is incomplete" end
    return { action = given.action, target = given.target, skill = joined, reason = given.reason }
  end
end

-- Two skills of one identity are one: the earlier text, and whatever else the later one says.
local function identity(one)
  return table.concat(text.normal_words(one.name), " ") .. "|" .. table.concat(text.normal_words(one.description), " ")
end

local function join(earlier, later)
  if earlier.prompt ~= later.prompt then earlier.prompt = earlier.prompt .. "\n\n" .. later.prompt end
  for _, list in ipairs(LISTS) do
    local seen, into = {}, earlier[list.key]
    for _, one in ipairs(into) do seen[one] = true end
    for _, one in ipairs(later[list.key]) do
      if not seen[one] then into[#into + 1] = one end
    end
  end
  earlier.confidence = math.max(earlier.confidence, later.confidence)
end

local function collapsed(candidates)
  local out, by_identity = {}, {}
  for _, one in ipairs(candidates) do
    local earlier = by_identity[identity(one)]
    if earlier then
      join(earlier, one)
      record.edit { action = "collapse", proposal = one }
    else
      by_identity[identity(one)] = one
      out[#out + 1] = one
    end
  end
  return out
end

local function as_text(one)
  return table.concat({ one.name, one.description, one.prompt, table.concat(one.triggers, " ") }, "\n")
end

local function shown(tag, attributes, one)
  return "<" .. tag .. attributes .. ">\n" .. json.encode(one) .. "\n</" .. tag .. ">"
end

local steps = {}

-- The skills of one window; none when no reply was usable.
function steps.extract(s, window, number)
  local answer, err = llm.chat {
    role = "extractor", prompt = "extract", format = formats.skill_candidates, tries = TRIES,
    vars = { excerpt = window.text, heading = window.heading, number = tostring(number),
             total = tostring(#s.windows), count = tostring(s.p.candidates) },
    accept = accept_candidates(s.p.candidates),
  }
  if answer then return answer.value end
  log.warn("window " .. number .. ": no usable skills (" .. err.message .. ")")
  return { skills = {}, refused = 0, failed = true }
end

-- What becomes of a skill beside the set that is there; changes the set. It is never lost for want of a
-- usable decision.
function steps.place(s, one)
  local texts, similar = {}, {}
  for i, other in ipairs(s.set) do texts[i] = as_text(other) end
  local found = s.p.recombine == "merge" and keywords.search(as_text(one), texts, SIMILAR) or {}
  if #found == 0 then return table.insert(s.set, one) end
  for i, index in ipairs(found) do similar[i] = shown("existing", ' number="' .. i .. '"', s.set[index]) end
  local answer = llm.chat {
    role = "recombiner", prompt = "recombine", format = formats.recombination, tries = TRIES,
    vars = { candidate = shown("candidate", "", one), existing = table.concat(similar, "\n") },
    accept = accept_decision(#found),
  }
  local decision = answer and answer.value or { action = "create", reason = "no usable decision" }
  record.edit { action = decision.action, proposal = { candidate = one, decision = decision },
                call = answer and answer.call }
  if decision.action == "create" then table.insert(s.set, one) end
  if decision.action == "merge" then s.set[found[decision.target]] = decision.skill end
end

-- The set as one SKILL.md, each skill under a heading of its own.
function steps.render(s)
  local lines = {}
  for _, one in ipairs(s.set) do
    table.insert(lines, "## " .. one.name .. "\n\n" .. one.description .. "\n\n" .. one.prompt .. "\n")
    for _, list in ipairs(LISTS) do
      if #one[list.key] > 0 then
        table.insert(lines, "### " .. list.title .. "\n\n- " .. table.concat(one[list.key], "\n- ") .. "\n")
      end
    end
  end
  return skill.render {
    name = "document-skills", description = "Skills found in the windows of this document.",
    body = table.concat(lines, "\n"),
  }
end

return recipe {
  name = "autoskill4doc",
  doc = "Skills extracted window by window and recombined into one set (AutoSkill4Doc).",
  unit = "context",
  uses = { "llm" },
  params = params,
  presets = { paper = {}, published_code = { recombine = "none" } },
  steps = steps,

  run = function(context, p, step)
    local s = { context = context, p = p, step = step, set = {} }
    local whole = context:text()
    s.windows = windows.cut(whole, { max = p.window_chars, overlap = p.overlap_chars })
    local found = parallel.map(s.windows, function(window, number) return step.extract(s, window, number) end)
    local candidates, refused, failed = {}, 0, 0
    for _, window in ipairs(found) do
      table.move(window.skills, 1, #window.skills, #candidates + 1, candidates)
      refused = refused + window.refused
      failed = failed + (window.failed and 1 or 0)
    end
    for name, value in pairs { windows = #s.windows, coverage = windows.coverage(whole, s.windows),
                               windows_without_answer = failed, candidates_refused = refused } do
      record.metric { name = name, value = value }
    end
    for _, one in ipairs(collapsed(candidates)) do step.place(s, one) end
    if #s.set == 0 then return {} end
    return { skill = self_play.save("reasoner", 1, step.render(s)).text }
  end,

  bound = function(p, unit)
    -- A text has no more characters than bytes; 60,000 where the length is not known.
    local n = windows.most(unit.context_bytes or 60000, { max = p.window_chars, overlap = p.overlap_chars })
    local calls = n + (p.recombine == "merge" and n * p.candidates or 0)
    return { loop = calls, retries = (TRIES - 1) * calls }
  end,
}
