-- Notes on attempts, memory/episodic.jsonl, which solvers are shown as lessons. They say no more than the feedback
-- level does; the released program copied the verifier's lines there, unmasked.
local feedback = require "hone.feedback"

local memory = {}

local FILE = "memory/episodic.jsonl"

function memory.note(s, results)
  if not s.p.evolve_memory then return end
  local lines = { s.workspace:read(FILE) or "" }
  for _, result in ipairs(results) do
    if not result.infrastructure then
      local task = result.task
      local content = (result.passed and "PASS " or "FAIL ") .. task.id .. " [" .. task.category .. "]"
      if feedback.at_least(s.p.feedback_level, "score") then
        content = content .. string.format(" score=%.3f", result.score)
      end
      lines[#lines + 1] = json.encode { content = content .. " " .. result.class, task_id = task.id } .. "\n"
    end
  end
  s.workspace:write(FILE, table.concat(lines))
  s.workspace:commit { message = "memory of batch " .. s.batch .. ", cycle " .. s.cycle }
end

return memory
