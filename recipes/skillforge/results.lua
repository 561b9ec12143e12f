-- What the loop writes down about tasks and attempts, beside the rows of the attempts themselves.
local observations = require "skillforge.observations"

local results = {}

local function record_attempt(s, entry, result)
  local action = result.infrastructure and "infrastructure" or result.passed and "passed" or "failed"
  record.step { name = "attempt", action = action, step = s.cycle, skill = s.library_row, record = {
    task = entry.task.id, batch = s.batch, category = entry.task.category, difficulty = entry.task.metadata.difficulty,
    score = result.score, reward = result.reward, failure_class = result.class, turns = result.turns,
    tests_passed = result.tests.n_passed, tests_failed = result.tests.n_failed, skills_loaded = result.skills_loaded,
    detail = observations.detail(result, s.p), message = result.message,
  } }
end

-- Notes what came of an attempt; gives the failures that teach: those of the solver, never the world's.
function results.note(s, entries, attempts)
  local failures = {}
  for i, entry in ipairs(entries) do
    local result = attempts[i]
    entry.cycles, entry.result, entry.solved = s.cycle, result, result.passed
    record_attempt(s, entry, result)
    if not result.passed and not result.infrastructure then
      failures[#failures + 1] = result
      record.artifact { name = "observations/" .. result.task.id .. "-cycle-" .. s.cycle .. ".md",
                        text = observations.document(result, s.p) }
    end
  end
  return failures
end

-- A row for each task of a batch, when its cycles are over.
function results.finish(s, batch)
  for _, entry in ipairs(batch) do
    local result, task = entry.result, entry.task
    local action = entry.solved and "solved" or result.infrastructure and "infrastructure" or "unsolved"
    record.step { name = "task", action = action, step = s.batch, record = {
      task = task.id, category = task.category, difficulty = task.metadata.difficulty, cycles_used = entry.cycles,
      score = result.score, failure_class = result.class,
    } }
  end
end

-- The share of tasks that one of the first k attempts solved, for every k.
function results.solved_within(entries, most)
  for k = 1, #entries > 0 and most or 0 do
    local solved = 0
    for _, entry in ipairs(entries) do solved = solved + (entry.solved and entry.cycles <= k and 1 or 0) end
    record.metric { name = "solved_within_k", value = solved / #entries, step = k }
  end
end

return results
