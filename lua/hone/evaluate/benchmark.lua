-- Every report item of a benchmark answered under the skill and scored by the benchmark's own measure: hard (solved)
-- and soft (score).
local benchmarks = require "hone.benchmarks"

return evaluator {
  name = "benchmark",
  doc = "A benchmark's rollout under the skill and its own score.",
  uses = benchmarks.capabilities {},
  params = {
    role = param.string { "target", doc = "the role that answers" },
    infrastructure_as_wrong = param.bool { false, doc = "count failed calls and broken containers as wrong answers" },
  },
  attempt = function(item, skill_text, p)
    local b, of_run = benchmarks.of(item.context)
    local result = benchmarks.attempt(b, item, skill_text, of_run, {
      role = p.role, phase = "report", purpose = "report", seed = 42,
      infrastructure_as_wrong = p.infrastructure_as_wrong,
    })
    return { solved = result.hard >= 1, graded = not result.infrastructure }
  end,
}
