-- The answers that the optimizer is asked for: response formats, and what the three update modes differ in.
local text = { type = "string" }
local texts = { type = "array", items = text }
local whole = { type = "integer" }

local function object(properties)
  local required = {}
  for name in pairs(properties) do required[#required + 1] = name end
  return { type = "object", properties = properties, required = required, additionalProperties = false }
end

local function list(item) return { type = "array", items = item } end

local function one_of(...) return { type = "string", enum = { ... } } end

-- An analyst's answer. `notes` is asked for where reflection is aware of the skill.
local function analysis(name, key, item, side, notes)
  local fields = { batch_size = whole, patch = object { reasoning = text, [key] = list(object(item)) } }
  if side == "failure" then
    fields.failure_summary = list(object { failure_type = text, count = whole, description = text })
  else
    fields.success_patterns = texts
  end
  if notes then fields.appendix_notes = texts end
  return { name = name, schema = object(fields) }
end

local function with(item, more)
  local out = {}
  for _, fields in ipairs { item, more } do
    for key, value in pairs(fields) do out[key] = value end
  end
  return out
end

local function merge(name, key, item, sides)
  return { name = name, schema = object {
    reasoning = text, [key] = list(object(with(item, { support_count = whole, source_type = sides }))),
  } }
end

local formats = {}

local EDIT = { op = one_of("append", "insert_after", "replace", "delete"), target = text, content = text }
local SUGGESTION = {
  type = one_of("add_rule", "remove_rule", "merge_rules", "reorganize", "compress", "clarify"),
  title = text, motivation = text, instruction = text, priority_hint = one_of("high", "medium", "low"),
}
local CANDIDATE = { title = text, change_summary = texts, new_skill = text }

local function mode(key, kind, suffix, item, sides, short)
  return {
    key = key, suffix = suffix, short = short,
    analysis = function(side, notes) return analysis(kind .. "_analysis", key, item, side, notes) end,
    merge = merge(kind .. "_merge", key, item, sides),
  }
end

-- By skill_update_mode: the payload's key, its formats, the suffix of its prompts, and the fields of an item that
-- the step history shows.
formats.modes = {
  patch = mode("edits", "edit", "", EDIT, one_of("failure", "success"), { "op", "content", "target" }),
  rewrite_from_suggestions = mode("revise_suggestions", "suggestion", "_rewrite", SUGGESTION,
    one_of("failure", "success"), { "type", "title", "instruction" }),
  full_rewrite_minibatch = mode("skill_candidates", "rewrite", "_full_rewrite", CANDIDATE,
    one_of("failure", "success", "mixed"), { "title", "change_summary", "source_type" }),
}

-- Edits that name the file they are for.
local in_files = mode("edits", "edit", "", with(EDIT, { file = text }), one_of("failure", "success"),
  { "op", "file", "content", "target" })

-- The mode of these parameters.
function formats.mode(p)
  return p.skill_files == "several" and p.skill_update_mode == "patch" and in_files
    or formats.modes[p.skill_update_mode]
end

formats.ranking = { name = "edit_ranking", schema = object { reasoning = text, selected_indices = list(whole) } }

formats.learning_rate = { name = "learning_rate", schema = object {
  learning_rate = whole, reasoning = text, confidence = one_of("low", "medium", "high"), risk_notes = texts,
} }

formats.rewrite = { name = "skill_rewrite", schema = object {
  reasoning = text, change_summary = texts, new_skill = text,
} }

formats.slow_update = { name = "slow_guidance", schema = object { reasoning = text, slow_update_content = text } }

formats.meta_skill = { name = "meta_guidance", schema = object { reasoning = text, meta_skill_content = text } }

formats.consolidation = { name = "note_consolidation", schema = object { appendix_notes = texts } }

return formats
