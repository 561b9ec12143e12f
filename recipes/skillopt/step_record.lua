-- The record of a step, in the fields of the original's history.json, and the metrics of its learning curve. Times
-- and tokens are in the ledger.
local reflect = require "skillopt.reflect"
local shapes = require "skillopt.shapes"
local versions = require "skillopt.versions"

local step_record = {}

local function support_counts(items)
  local out = json.array {}
  for i, item in ipairs(items or {}) do
    out[i] = shapes.is_object(item) and shapes.whole(item.support_count, 1) or 1
  end
  return out
end

local function fields(s, row)
  local out = {
    step = s.t, epoch = s.epoch, step_in_epoch = row.step_in_epoch, action = row.action,
    rollout_hard = row.rollout.hard, rollout_soft = row.rollout.soft, rollout_n = row.rollout.n,
    rollout_infrastructure = row.rollout.infrastructure, accumulation_batches = json.array(row.batches),
    n_patches = #row.patches, n_failure_patches = reflect.count(row.patches, "failure"),
    n_success_patches = reflect.count(row.patches, "success"),
    lr_control_mode = s.full_rewrite and "none" or s.p.lr_control_mode,
    current_score = s.current.score, best_score = s.best.score, best_step = s.best_step,
    current_origin = s.current.origin, best_origin = s.best.origin, skill_len = utf8.len(s.current.text),
    gate_metric = s.p.gate_metric, edit_budget = row.edit_budget, lr_decision = row.lr_decision,
  }
  if row.merged then out.n_edits_merged = #row.merged end
  if row.selected then
    out.n_edits_ranked, out.support_counts = #row.selected, support_counts(row.selected)
  end
  if row.candidate then
    out.candidate_hash, out.candidate_skill_len = versions.hash(row.candidate.text), utf8.len(row.candidate.text)
    out.candidate_gate_score = row.candidate.score
    out.selection_hard, out.selection_soft = row.measured.hard, row.measured.soft
    out.edit_apply_summary, out.rewrite_change_summary = row.made.edit_apply_summary, row.made.rewrite_change_summary
    out.edit_apply_report = row.made.statuses
  end
  for name, count in pairs(row.notes or {}) do out[name] = count end
  out.trajectory_digest = row.digest
  return out
end

-- Writes the rows of a step.
function step_record.write(s, row)
  local record_fields = fields(s, row)
  record.step { name = "step", action = row.action, epoch = s.epoch, step = s.t, skill = s.current.id,
                record = record_fields }
  for _, name in ipairs { "rollout_hard", "rollout_soft", "selection_hard", "selection_soft", "current_score",
                          "best_score" } do
    local value = record_fields[name]
    if value then record.metric { name = name, value = value, step = s.t } end
  end
  if s.best.score then progress { step = s.t, score = s.best.score } end
end

return step_record
