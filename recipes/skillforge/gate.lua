-- The holdout gate: set-aside tasks are solved under the library before and after a mutation, and one under which
-- their mean score falls is rolled back. Attempts that the world broke do not count.
local gate = {}

-- The mean score on the set-aside tasks; nil when none could be graded.
local function measured(s)
  local results = s.step.solve(s, s.aside, "replay")
  local scores = {}
  for _, result in ipairs(results) do
    if not result.infrastructure then scores[#scores + 1] = result.score end
  end
  return stats.mean(scores)
end

-- To be called before a mutation: the score to hold, measured once for each state of the library.
function gate.prepare(s)
  if s.p.gate == "holdout" and #s.aside > 0 and s.gate_score == nil then s.gate_score = measured(s) end
end

-- Keeps or rolls back the mutation `number`; tells whether it was kept.
function gate.decide(s, number)
  if s.p.gate ~= "holdout" or #s.aside == 0 then return true end
  local before, after = s.gate_score, measured(s)
  local accepted = before == nil or after == nil or after >= before - s.p.gate_tolerance
  record.gate { accepted = accepted, rule = (before and after) and "holdout" or "holdout_ungraded", step = number,
                skill = s.library_row, scores = { before = before, after = after } }
  if accepted then
    s.gate_score = after or before
  else
    local ref = "pre-evo-" .. number
    s.workspace:rollback(ref, "rollback to " .. ref .. ": the holdout score fell")
    s.step.keep(s)
  end
  return accepted
end

return gate
