-- What a step goes by: its batches solved under the current skill, and the patches that analysts wrote about them.
local benchmarks = require "hone.benchmarks"
local bound = require "skillopt.bound"
local reflect = require "skillopt.reflect"
local rollout = require "skillopt.rollout"

local experience = {}

-- How many analysts the cost cap of a step leaves room for.
local function analysts_left(s, items)
  if s.p.step_calls == 0 then return math.huge end
  s.calls = s.calls + #items * bound.calls_per_item(s)
  return bound.analysts_within(s, s.p.step_calls - s.calls)
end

-- Rows of what analysts wrote: each answer as the original keeps it in patches/, numbered by side.
local function record_patches(s, batch, patches)
  local counts = { failure = 0, success = 0 }
  for _, patch in ipairs(patches) do
    local said = json.object(patch.said)
    said.source_type = patch.side
    record.step { name = "patch", action = patch.side, epoch = s.epoch, step = s.t, record = {
      batch_idx = batch.index, minibatch = counts[patch.side], n_items = patch.size, answer = said,
    } }
    counts[patch.side] = counts[patch.side] + 1
  end
end

-- {n, hard, soft, failed} of all batches, and the patches; fills in the step's row.
function experience.of_step(s, batches_of_step, row)
  local all, patches = {}, {}
  row.batches = {}
  for _, batch in ipairs(batches_of_step) do
    local results = s.step.rollout(s, batch)
    local most = analysts_left(s, batch.items)
    local found = reflect.batch(s, results, batch.seed, most)
    row.left_out = row.left_out or most < 1
    record_patches(s, batch, found)
    table.move(results, 1, #results, #all + 1, all)
    table.move(found, 1, #found, #patches + 1, patches)
    local means = benchmarks.mean(results, rollout.options(s, {}))
    table.insert(row.batches, {
      batch_idx = batch.index, batch_seed = batch.seed, n_envs = #batch.items, hard = means.hard, soft = means.soft,
      n_failure_patches = reflect.count(found, "failure"), n_success_patches = reflect.count(found, "success"),
    })
  end
  local means = benchmarks.mean(all, rollout.options(s, {}))
  row.rollout = { hard = means.hard, soft = means.soft, n = #all, infrastructure = means.infrastructure }
  return { n = #all, hard = means.hard, soft = means.soft, failed = reflect.sorted(s, all) }, patches
end

return experience
