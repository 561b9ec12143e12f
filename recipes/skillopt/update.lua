-- The candidate: the current skill with the selected edits applied, or written anew.
local ask = require "skillopt.ask"
local formats = require "skillopt.formats"
local history = require "skillopt.history"
local regions = require "skillopt.regions"
local shapes = require "skillopt.shapes"
local skill_files = require "skillopt.skill_files"
local versions = require "skillopt.versions"

local update = {}

-- A whole new text as a version's: nil when it changes what must stay as it is.
local function rewritten(s, content)
  content = content:gsub("%s+$", "") .. "\n"
  if not text.starts_with(content, s.kept) then return nil, "the rewrite changed the skill that must stay as it is" end
  if s.p.rewrite_protection == "asked" then return content end
  return s.kept .. regions.restored(versions.editable(s, s.current.text), content:sub(#s.kept + 1))
end

-- Edits, applied to the current skill with a status each.
function update.patch(s, edits)
  local rest = versions.editable(s, s.current.text)
  local options = { semantics = s.p.edit_semantics, protected = regions.all }
  local done
  if s.p.skill_files == "several" then
    done = skill_files.apply(rest, edits, options)
  else
    done = edit.apply { text = rest, edits = edits, semantics = options.semantics, protected = options.protected }
  end
  return { text = s.kept .. done.text, statuses = done.report, edit_apply_summary = {
    total = done.total, applied = done.applied, skipped = done.skipped, errors = done.errors,
  } }
end

-- One call that works suggestions into the skill.
function update.rewrite(s, suggestions)
  local answer = ask.optimizer(s, "rewrite", {
    prompt = "rewrite", format = formats.rewrite, effort = s.p.rewrite_reasoning_effort,
    max_tokens = s.p.rewrite_max_completion_tokens,
    vars = {
      skill = ask.skill(s), suggestions = json.encode(json.array(suggestions)), history = history.text(s.history),
    },
    accept = function(said)
      if not shapes.says(said.new_skill) then return nil, "there is no new_skill" end
      return rewritten(s, said.new_skill)
    end,
  })
  if not answer then return nil end
  local summary = answer.json.change_summary
  return {
    text = answer.value, call = answer.call,
    rewrite_change_summary = json.array(shapes.is_list(summary) and summary or { summary }),
  }
end

-- The first whole skill that says something.
function update.full_rewrite(s, candidates)
  for _, candidate in ipairs(candidates) do
    local written = shapes.is_object(candidate) and candidate.new_skill
    local content = shapes.says(written) and rewritten(s, written)
    if content then return { text = content, rewrite_change_summary = candidate.change_summary } end
  end
  return nil
end

-- What an item does, in a word.
local function action_of(item)
  if not shapes.is_object(item) then return "malformed" end
  local name = item.op or item.type or "rewrite"
  return type(name) == "string" and name or "malformed"
end

-- Records what became of every item. `after`: the candidate's row; `status`: of items that have none of their own.
function update.record(s, items, made, before, after, status)
  for i, item in ipairs(items) do
    local report = made and made.statuses and made.statuses[i]
    local own = report and report.status or status
    record.edit {
      action = action_of(item), proposal = shapes.is_object(item) and item or { value = item }, status = own,
      before_skill = before, after_skill = own:find("^applied") and after or nil, call = made and made.call, step = s.t,
    }
  end
end

return update
