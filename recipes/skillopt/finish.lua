-- The end of a run: the last skill is measured, and taken as the best one where it is.
local gate = require "skillopt.gate"
local versions = require "skillopt.versions"

local finish = {}

function finish.validate(s)
  if not s.p.eval_test or s.current.text == s.best.text then return end
  -- The released code trusts no kept score here; with kept scores that were measured there is nothing to do again.
  local measured = s.step.evaluate(s, s.current, s.p.slow_update_score == "carried")
  local score = gate.score(s.p, measured, s.current.text)
  s.final = measured
  local promoted = score ~= nil and (s.best.score == nil or score > s.best.score)
  record.gate {
    accepted = promoted, rule = "final:" .. s.p.gate_metric, skill = s.current.id, step = s.t, scores = {
      action = promoted and "promote" or "keep_best", score = score, best_score = s.best.score, hard = measured.hard,
      soft = measured.soft, n = measured.n, infrastructure = measured.infrastructure,
    },
  }
  if promoted then
    s.current.score = score
    s.best, s.best_step = s.current, s.t
  end
end

-- Records which version is returned, and gives the unit's result.
function finish.result(s)
  local chosen = ({ best = s.best, last = s.current, initial = s.initial })[s.p.returns]
  record.selection { rule = s.p.returns, skill = chosen.id, scores = {
    best_score = s.best.score, best_step = s.best_step, best_origin = s.best.origin, current_score = s.current.score,
    current_origin = s.current.origin, best_hash = versions.hash(s.best.text),
    current_hash = versions.hash(s.current.text),
    baseline_selection_hard = s.baseline.hard, baseline_selection_soft = s.baseline.soft,
    final_selection_hard = s.final and s.final.hard, final_selection_soft = s.final and s.final.soft,
    total_steps = s.t,
  } }
  return { skill = chosen.text, best = s.best.text, last = s.current.text, initial = s.initial.text }
end

return finish
