-- What the evolver is shown about failures: files of the workspace and lines of results. Everything in them comes
-- from the feedback of the chosen level and from what the solver itself did; the tests are in neither.
local cut = require "hone.agent.cut"
local feedback = require "hone.feedback"
local folders = require "hone.folders"

local observations = {}

local FOLDER, PUBLISHED_FILE = "evolution/observations", "evolution/current_observation.md"
local PUBLISHED_FEEDBACK = 300

-- An attempt as feedback.text takes it.
function observations.outcome(result)
  return { task = result.task.text, category = result.task.category, difficulty = result.task.metadata.difficulty,
           class = result.class, reward = result.reward, tests = result.tests, output = result.output,
           passed = result.passed }
end

function observations.feedback(result, p)
  return feedback.text(observations.outcome(result), { level = p.feedback_level, masking = p.masking })
end

-- What a row of results says about an attempt, in two lines; never shown to the evolver.
function observations.detail(result, p)
  local outcome = observations.outcome(result)
  return feedback.headline(outcome) .. string.format(" reward=%.3f\n", result.reward)
    .. "Task: " .. feedback.first_line(result.task.text, 80) .. "\n"
    .. (result.passed and "passed" or feedback.diagnostic(result.output, p.masking))
end

local function names(list) return #list > 0 and table.concat(list, ", ") or "none" end

local function facts(result, p)
  local task = result.task
  return {
    "- Category: " .. task.category, "- Difficulty: " .. task.metadata.difficulty,
    "- Failure class: " .. result.class, "",
    "## Task Description", "",
    cut.tagged("task", ' id="' .. task.id .. '" category="' .. task.category .. '"', task.text), "",
    "## Skills loaded", "", names(result.skills_loaded), "",
    "## Feedback", "", observations.feedback(result, p), "",
  }
end

-- One failure in full.
function observations.document(result, p)
  local lines = facts(result, p)
  table.insert(lines, 1, "# Failed task: " .. result.task.id .. "\n")
  lines[#lines + 1] = "## Transcript\n\n" .. cut.tagged("transcript", "", result.transcript)
  return table.concat(lines, "\n") .. "\n"
end

-- The released program's one file, about one failure; it shows nothing that the solver did.
local function published_document(result, p, cycle)
  local lines = facts(result, p)
  table.insert(lines, 1, "# Current Failed Task, Cycle " .. cycle .. "\n\n## Task: " .. result.task.id .. "\n")
  lines[#lines + 1] = "## Instructions for Evolver\n\nWrite or improve a skill for the category "
    .. result.task.category .. ". Give it the knowledge of the field, code that works, and the usual mistakes."
  return table.concat(lines, "\n") .. "\n"
end

-- Puts the failures of one evolution into the workspace, in the place of older ones.
function observations.write(s, failures)
  if s.p.published_observation then
    s.workspace:write(PUBLISHED_FILE, published_document(failures[#failures], s.p, s.cycle))
    return
  end
  local files = {}
  for i, result in ipairs(failures) do
    local path = FOLDER .. "/" .. folders.of(result.task.id) .. ".md"
    files[i] = { path = path, text = observations.document(result, s.p) }
  end
  s.workspace:replace(files, FOLDER)
end

-- JSON lines of task_id, success, score and feedback. Below the level that shows them success and score are not
-- there, where the released program sent false and 0.
function observations.result_lines(failures, p)
  local lines = {}
  for i, result in ipairs(failures) do
    local told = observations.feedback(result, p)
    if p.published_observation then told = text.clip(told, { bytes = PUBLISHED_FEEDBACK }) end
    local entry = { task_id = result.task.id, feedback = told }
    if feedback.at_least(p.feedback_level, "score") then entry.score = result.score end
    if feedback.at_least(p.feedback_level, "tests") then entry.success = result.passed end
    lines[i] = json.encode(entry)
  end
  return table.concat(lines, "\n")
end

return observations
