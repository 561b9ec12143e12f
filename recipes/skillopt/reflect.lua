-- Reflection: analysts read failures and successes in groups, and each writes a patch.
local ask = require "skillopt.ask"
local batches = require "skillopt.batches"
local formats = require "skillopt.formats"
local history = require "skillopt.history"
local params = require "skillopt.params"
local rollout = require "skillopt.rollout"
local shapes = require "skillopt.shapes"
local skill_aware = require "skillopt.skill_aware"
local skill_files = require "skillopt.skill_files"
local trajectories = require "skillopt.trajectories"

local reflect = {}

-- Failures and successes, of the results that count.
function reflect.sorted(s, results)
  local failed, succeeded = {}, {}
  for _, result in ipairs(results) do
    if rollout.counts(s, result) then
      table.insert(result.hard < 1e-9 and failed or succeeded, result)
    end
  end
  return failed, succeeded
end

-- How many patches are of a side.
function reflect.count(patches, side)
  local n = 0
  for _, patch in ipairs(patches) do n = n + (patch.side == side and 1 or 0) end
  return n
end

-- Those that left something to read.
local function readable(results)
  local out = {}
  for _, result in ipairs(results) do
    if #result.conversation > 0 then out[#out + 1] = result end
  end
  return out
end

local function prompt_of(s, side)
  return (side == "failure" and "analyst_error" or "analyst_success") .. formats.mode(s.p).suffix
end

-- What settings add to the prompt.
local function instructions(p, side, aware)
  local out = {}
  if aware then out[1] = skill_aware.instructions(side) end
  if p.skill_files == "several" then out[#out + 1] = skill_files.instructions end
  return table.concat(out, "\n\n")
end

-- What the benchmark's authors tell analysts.
local function advice(s, side)
  local given = (s.b.prompts or {})[side == "failure" and "analyst_error" or "analyst_success"]
  return given and "<benchmark>\n" .. given .. "\n</benchmark>" or ""
end

-- The items of a patch as they go on: at most `limit`, each knowing where it comes from and how many it stands for.
local function payload_of(listed, side, support, limit)
  local out = {}
  for i, item in ipairs(listed) do
    if i > limit then break end
    if shapes.is_object(item) then
      item.source_type = item.source_type or side
      item.support_count = item.support_count or support
    end
    out[i] = item
  end
  return out
end

-- One analyst on one group: {side, payload, reasoning, summary, notes}, or nil.
function reflect.analyst(s, side, group)
  if #group == 0 then return nil end
  local p, mode = s.p, formats.mode(s.p)
  local full = p.skill_update_mode == "full_rewrite_minibatch"
  local aware = p.use_skill_aware_reflection and not full
  local answer = ask.optimizer(s, "analyst", {
    prompt = prompt_of(s, side), format = mode.analysis(side, aware),
    max_tokens = full and params.max_tokens.full_rewrite or nil,
    vars = {
      skill = ask.skill(s), budget = not full and tostring(p.edit_budget) or nil, history = history.text(s.history),
      meta_skill = ask.meta_skill(s), benchmark = advice(s, side), count = tostring(#group),
      instructions = instructions(p, side, aware), trajectories = trajectories.text(group),
    },
    accept = function(said)
      if not shapes.is_object(said.patch) then return nil, "there is no patch" end
      return true
    end,
  })
  if not answer then return nil end
  local said = answer.json
  local listed = shapes.list(said.patch[mode.key])
  local support = math.max(1, shapes.whole(said.batch_size, 1))
  return {
    side = side, said = said, reasoning = said.patch.reasoning, size = #group,
    payload = payload_of(listed, side, support, full and math.huge or p.edit_budget),
    summary = shapes.list(said.failure_summary),
    notes = aware and skill_aware.cleaned(said.appendix_notes, side, p) or {},
  }
end

-- The patches of one batch. Failures are shuffled with its seed, successes with the next one. `most`: analysts at
-- most, failures first.
function reflect.batch(s, results, seed, most)
  local failed, succeeded = reflect.sorted(s, results)
  local groups = {}
  for _, group in ipairs(batches.groups(failed, seed, s.p.minibatch_size)) do
    groups[#groups + 1] = { side = "failure", results = readable(group) }
  end
  for _, group in ipairs(s.p.failure_only and {} or batches.groups(succeeded, seed + 1, s.p.minibatch_size)) do
    groups[#groups + 1] = { side = "success", results = readable(group) }
  end
  local asked = table.move(groups, 1, math.min(#groups, most), 1, {})
  local patches = {}
  local answered = parallel.map(asked, function(group) return s.step.analyst(s, group.side, group.results) end,
    { limit = s.p.analyst_workers })
  for _, patch in ipairs(answered) do
    if patch then patches[#patches + 1] = patch end
  end
  return patches
end

return reflect
