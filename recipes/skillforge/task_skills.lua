-- Guides for single tasks, task_skills/<task>/SKILL.md: written before the first attempt, rewritten after a failure,
-- at most 100 lines, given to that task alone.
local direct_answers = require "skillforge.direct_answers"
local folders = require "hone.folders"
local observations = require "skillforge.observations"
local writing = require "skillforge.writing"

local task_skills = {}

local LINES, TOKENS = 100, 2048

local function path_of(task) return "task_skills/" .. folders.of(task.id) .. "/SKILL.md" end

local function about(task)
  return { name = skill.slug(task.id) .. "-guide", description = "How to solve the task " .. task.id .. ".",
           category = task.category }
end

-- The guides of tasks that have none yet, in one commit.
function task_skills.generate(s, batch)
  local wrote = false
  for _, entry in ipairs(batch) do
    local task = entry.task
    if not s.workspace:read(path_of(task)) then
      local content = writing.ask {
        prompt = "task_skill_generate", format = "task_skill", max_tokens = TOKENS, about = about(task), lines = LINES,
        vars = { id = task.id, category = task.category, task = task.text },
      }
      if content then s.workspace:write(path_of(task), content) end
      wrote = wrote or content ~= nil
    end
  end
  if wrote then s.workspace:commit { message = "task skills of batch " .. s.batch } end
end

-- Rewrites the guides of failed tasks; what is written is part of the commit that follows.
function task_skills.evolve(s, failures)
  for _, result in ipairs(failures) do
    local task = result.task
    local present = s.workspace:read(path_of(task)) or ""
    local secrets = s.p.no_direct_answers and direct_answers.secrets({ result }, present, result.unsafe) or nil
    local content = writing.ask {
      prompt = "task_skill_evolve", format = "task_skill", max_tokens = TOKENS, about = about(task), lines = LINES,
      secrets = secrets,
      vars = { id = task.id, category = task.category, task = task.text, name = about(task).name, present = present,
               feedback = observations.feedback(result, s.p), transcript = result.transcript,
               ban = s.p.no_direct_answers and direct_answers.ban or "" },
    }
    if content then s.workspace:write(path_of(task), content) end
  end
end

-- The files of a task's guide as task_attempt takes them; nil without one.
function task_skills.of(library, task) return library.task_skills[folders.of(task.id)] end

return task_skills
