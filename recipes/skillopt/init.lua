-- SkillOpt: train a skill as one trains a network (arXiv 2605.23904; its code at commit bdfdc30).
--
-- A target model solves batches of training items under the skill; analysts read what happened in small groups and
-- write edits; the edits are merged, and the best ones, as many as the learning rate allows, make a candidate; the
-- gate takes it where it scores strictly higher on the select split. After each epoch a slow update compares the
-- skill with that of the epoch before, and a meta skill tells the optimizer what has worked.
--
-- Roles: target, optimizer. Every step takes the state `s` (state.lua) first; its name is the stage that calls are
-- counted under, and what a variant replaces or wraps. Where guide, code and sound judgement differ is in params.lua.
local aggregate = require "skillopt.aggregate"
local batches = require "skillopt.batches"
local benchmarks = require "hone.benchmarks"
local bound = require "skillopt.bound"
local experience = require "skillopt.experience"
local finish = require "skillopt.finish"
local gate = require "skillopt.gate"
local history = require "skillopt.history"
local learning_rate = require "skillopt.learning_rate"
local meta_skill = require "skillopt.meta_skill"
local params = require "skillopt.params"
local ranking = require "skillopt.ranking"
local reflect = require "skillopt.reflect"
local rollout = require "skillopt.rollout"
local skill_aware = require "skillopt.skill_aware"
local slow_update = require "skillopt.slow_update"
local state = require "skillopt.state"
local step_record = require "skillopt.step_record"
local update = require "skillopt.update"
local versions = require "skillopt.versions"

-- How many of the merged items are used. A whole rewrite has no budget.
local function budget_of(s, merged, results)
  if s.full_rewrite then return #merged.payload end
  s.updates = s.updates + 1
  if s.p.lr_control_mode == "autonomous" then return s.step.lr_autonomous(s, merged, results) end
  return learning_rate.scheduled(s.p.lr_scheduler, s.updates, s.plan.total_steps, s.p.edit_budget, s.p.min_edit_budget)
end

local function candidate_of(s, selected)
  if s.full_rewrite then return update.full_rewrite(s, selected) end
  if s.p.skill_update_mode == "rewrite_from_suggestions" then return s.step.rewrite(s, selected) end
  return update.patch(s, selected)
end

local steps = {
  rollout = rollout.batch, analyst = reflect.analyst, merge = aggregate.merge, lr_autonomous = learning_rate.chosen,
  ranking = ranking.best, update = candidate_of, rewrite = update.rewrite, evaluate = gate.measure, gate = gate.pass,
  slow_update = slow_update.after_epoch, meta_skill = meta_skill.after_epoch,
  appendix_consolidate = skill_aware.consolidated,
}

-- One step: gives its action.
local function train(s, batches_of_step, row)
  local results, patches = experience.of_step(s, batches_of_step, row)
  row.patches = patches
  if #patches == 0 then return row.left_out and "skip_step_calls" or "skip_no_patches" end
  local merged = aggregate.all(s, patches)
  row.merged = merged.payload
  record.step { name = "merged_patch", epoch = s.epoch, step = s.t, record = {
    reasoning = merged.reasoning, items = json.array(merged.payload),
  } }
  local budget, decision = budget_of(s, merged, results)
  row.edit_budget, row.lr_decision = budget, decision
  local selected = s.full_rewrite and merged.payload or s.step.ranking(s, merged.payload, budget)
  row.selected = selected
  local made = s.step.update(s, selected)
  local before = s.current
  if not made then
    update.record(s, selected, nil, before.id, nil, "skipped_no_rewrite")
    return "skip_no_rewrite"
  end
  local candidate = versions.save(s, made.text, ("step_%04d"):format(s.t))
  row.made, row.candidate = made, candidate
  update.record(s, selected, made, before.id, candidate.id, "applied_rewrite")
  local action, measured = s.step.gate(s, candidate)
  row.measured = measured
  row.digest = history.entry(s, {
    action = action, failed = results.failed, n = results.n, patches = patches, selected = selected,
    before = before.score, after = candidate.score,
  })
  if s.p.step_history then table.insert(s.history, row.digest) end
  return action
end

-- All steps of an epoch, each recorded. Tells whether training goes on.
local function epoch(s)
  for i, batches_of_step in ipairs(batches.of_epoch(s.items.train, s.epoch, s.p)) do
    s.t, s.calls = s.t + 1, 0
    local row = { step_in_epoch = i - 1 }
    row.action = train(s, batches_of_step, row)
    if s.p.use_skill_aware_reflection then row.notes = skill_aware.after_step(s, row.patches) end
    step_record.write(s, row)
    if s.p.patience > 0 and s.t - s.best_step >= s.p.patience then
      log.info("step " .. s.t .. ": no better skill for " .. s.p.patience .. " steps, training ends")
      return false
    end
  end
  return true
end

return recipe {
  name = "skillopt",
  doc = "Trains a skill by edits: rollouts, reflection, merged and ranked edits, a gate (SkillOpt).",
  unit = "benchmark split",
  uses = benchmarks.capabilities { "llm" },
  params = params.declared, presets = params.presets, bound = bound.calls, steps = steps,
  config = require "skillopt.config", layout = { skillopt = require "skillopt.layout" },
  import = { skillopt = require "skillopt.import" },

  run = function(context, p, step)
    local s = state.open(context, p, step)
    if p.returns == "initial" then return { skill = s.initial.text } end
    gate.baseline(s)
    for e = 1, p.num_epochs do
      s.epoch, s.history, s.compared = e, {}, nil
      local goes_on = epoch(s)
      if p.use_slow_update then step.slow_update(s) end
      if p.use_meta_skill then step.meta_skill(s) end
      s.epoch_end = s.current
      if not goes_on then break end
    end
    finish.validate(s)
    return finish.result(s)
  end,
}
