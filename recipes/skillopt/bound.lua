-- The most calls a run can make, by stage. Pure arithmetic on parameters and on how many items there are.
local batches = require "skillopt.batches"
local benchmarks = require "hone.benchmarks"

local bound = {}

-- Calls that merge `n` patches of one side: one for each group of two or more, level by level.
function bound.merges(n, width)
  local calls = 0
  while n > 1 do
    local groups = (n + width - 1) // width
    calls = calls + groups - (n % width == 1 and 1 or 0)
    n = groups
  end
  return calls
end

-- Most analysts of a batch of `n` items, whatever the outcomes: two groups may be short.
local function most_analysts(n, p)
  if p.failure_only or n < 2 then return (n + p.minibatch_size - 1) // p.minibatch_size end
  return (n - 2) // p.minibatch_size + 2
end

-- Most merging calls of `k` patches, over all ways in which they may fall on two sides.
local function most_merges(k, width)
  local most = bound.merges(k, width)
  for failures = 1, k - 1 do
    most = math.max(most, bound.merges(failures, width) + bound.merges(k - failures, width) + 1)
  end
  return most
end

-- Calls of one rollout at most.
function bound.calls_per_item(s) return benchmarks.most_calls(s.b, s.settings) end

-- How many analysts fit when `left` calls remain for the step: each with a merge, then a choice of the learning rate, a
-- ranking, a rewrite, a consolidation and the measurement.
function bound.analysts_within(s, left)
  local measuring = #s.items.select * s.p.gate_repeats * bound.calls_per_item(s)
  return math.max(0, ((left - measuring) // s.p.answer_tries - 4) // 2)
end

-- {rollout, analyst, ...}. Fields of a benchmark's unit say how many items its splits have and how many calls a rollout
-- makes at most (data.benchmark); without them the numbers are those of the original's SearchQA.
function bound.calls(p, unit)
  if p.returns == "initial" then return { rollout = 0 } end
  local fields = unit.fields or {}
  local n_train = p.train_size > 0 and p.train_size or fields.train or 400
  local n_select = fields.val or 200
  if p.sel_env_num > 0 then n_select = math.min(n_select, p.sel_env_num) end
  local plan, each = batches.plan(n_train, p), fields.most_calls or 1
  local per_step = p.accumulation * most_analysts(math.min(p.batch_size, n_train), p)
  local later, full = p.num_epochs - 1, p.skill_update_mode == "full_rewrite_minibatch"
  local pairs_of = 2 * math.min(p.slow_update_samples, n_train)
  if p.longitudinal_pair_policy == "changed" then pairs_of = 2 * n_train end
  local slow, meta = p.use_slow_update and later or 0, p.use_meta_skill and later or 0
  local items = p.accumulation > 1 and plan.batches_per_epoch * p.batch_size or n_train
  -- The skill to start from, a candidate a step, the last skill, and what the slow update writes; a paired test also
  -- needs the items of the current skill, which the marks of a slow update and the notes of a step have changed.
  local measured = 2 + plan.total_steps + (p.slow_update_gate_with_selection and slow or 2 * slow)
  if p.gate_rule == "paired_test" then
    measured = measured + p.num_epochs + (p.use_skill_aware_reflection and plan.total_steps or 0)
  end
  local out = {
    rollout = p.num_epochs * items * each,
    evaluate = measured * n_select * p.gate_repeats * each,
    analyst = plan.total_steps * per_step,
    merge = plan.total_steps * most_merges(per_step, p.merge_batch_size),
    ranking = full and 0 or plan.total_steps,
    lr_autonomous = p.lr_control_mode == "autonomous" and not full and plan.total_steps or 0,
    rewrite = p.skill_update_mode == "rewrite_from_suggestions" and plan.total_steps or 0,
    slow_update = slow * (1 + pairs_of * each),
    meta_skill = meta * (1 + (slow == 0 and pairs_of * each or 0)),
    appendix_consolidate = p.skill_aware_consolidate_threshold > 0 and plan.total_steps or 0,
  }
  out.retries = (p.answer_tries - 1) * (out.analyst + out.merge + out.ranking + out.lr_autonomous + out.rewrite
    + slow + meta + out.appendix_consolidate)
  for name, calls in pairs(out) do
    if calls == 0 then out[name] = nil end
  end
  return out
end

return bound
