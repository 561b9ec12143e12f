-- Rollouts: the target solves items under a version of the skill. The benchmark runs and scores them, and writes
-- their rows.
local benchmarks = require "hone.benchmarks"

local rollout = {}

-- What a benchmark is told about a run; `more` says what differs.
function rollout.options(s, more)
  local out = {
    role = "target", purpose = "loop", workers = s.p.workers, infrastructure_as_wrong = s.p.infrastructure_as_wrong,
    step = s.t, feedback = false,
  }
  for key, value in pairs(more) do out[key] = value end
  return out
end

-- Results in the order of the items: {id, hard, soft, conversation, fail_reason, infrastructure, ...}.
function rollout.run(s, items, version, more)
  local options = rollout.options(s, more)
  options.skill = version.id
  return benchmarks.run(s.b, items, version.text, s.settings, options)
end

-- Whether a result says anything about the skill: what infrastructure broke does not, unless it was asked for.
function rollout.counts(s, result) return not result.infrastructure or s.p.infrastructure_as_wrong end

-- A training batch under the current skill.
function rollout.batch(s, batch)
  return rollout.run(s, batch.items, s.current, { phase = "train", seed = batch.seed, feedback = true })
end

return rollout
