-- Every held-out task once, in a fresh container, with the library as it is: what an evolved library is worth on
-- tasks that it was not made on. Solved is a reward of 1 by the task's own tests; an attempt that the world broke
-- is ungraded. Without a skill there is no library, and no skill in the container either.
local skill_library = require "hone.skill_library"
local solving = require "hone.solving_params"
local task_attempt = require "hone.task_attempt"

return evaluator {
  name = "first_attempt",
  doc = "One attempt at each held-out task in a container, the library frozen, judged by the task's own tests.",
  uses = { "llm", "container" },
  params = solving.declared,
  attempt = function(item, skill_text, p)
    local task = { id = item.id, category = item.category, text = item.task, metadata = item.metadata }
    local row = record.task { name = item.id, origin = "report", text = item.task, rubrics = json.array {},
                              cluster = item.id }
    local options = solving.options(p, skill_library.of_packed(skill_text))
    local result = task_attempt.record(task_attempt.tries(task, options), { purpose = "report", task = row })
    return { graded = not result.infrastructure, solved = result.passed }
  end,
}
