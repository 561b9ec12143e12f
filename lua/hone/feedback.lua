-- What an evolver is told about a failed attempt, by level, each with all of the ones before it:
--   none    class, category and difficulty, the task's first line
--   score   the reward and how many tests passed and failed
--   tests   the names of failed and passed tests, without parameters
--   masked  the verifier's output with its values taken out (hone.masking)
--   full    the verifier's output as it is
-- An outcome is {task, category, difficulty, class, reward, tests (hone.test_outcomes), output, passed}.
local masking = require "hone.masking"

local feedback = {}

feedback.levels = { "none", "score", "tests", "masked", "full" }

local RANK = {}
for i, level in ipairs(feedback.levels) do RANK[level] = i end

function feedback.at_least(level, other) return RANK[level] >= RANK[other] end

local OUTPUT_BYTES = 4000

-- The last bytes of a text, beginning with a whole line.
local function tail(s, bytes)
  if #s <= bytes then return s end
  local cut = s:sub(-bytes)
  return cut:match("\n(.*)$") or cut:gsub("^[\x80-\xBF]+", "")
end

-- The first line of a task, at most `most` characters.
function feedback.first_line(task_text, most)
  local line = text.trim(text.trim(task_text):match("^[^\n]*"))
  if not most then return line end
  local edge = utf8.offset(line, most + 1)
  return edge and edge <= #line and line:sub(1, edge - 1) or line
end

local function add_names(lines, title, names)
  if #names == 0 then return end
  lines[#lines + 1] = title
  for _, name in ipairs(names) do lines[#lines + 1] = "- " .. name end
end

function feedback.headline(outcome)
  return outcome.class .. " [" .. outcome.category .. "/" .. outcome.difficulty .. "]"
end

-- options: {level, masking = "thorough"|"published"}
function feedback.text(outcome, options)
  local rank, tests = RANK[options.level], outcome.tests
  local lines = { feedback.headline(outcome), "Task: " .. feedback.first_line(outcome.task) }
  if rank >= RANK.score then
    lines[#lines + 1] = string.format("Reward score: %.3f", outcome.reward)
    local counts = "Tests: " .. tests.n_failed .. " failed, " .. tests.n_passed .. " passed"
    if tests.n_failed + tests.n_passed > 0 then
      counts = counts .. string.format(" (partial score: %.2f)", tests.partial_score)
    end
    lines[#lines + 1] = counts
  end
  if rank >= RANK.tests then
    add_names(lines, "Failed tests:", tests.failed)
    add_names(lines, "Passed tests:", tests.passed)
  end
  if rank >= RANK.full then
    lines[#lines + 1] = "Verifier output:\n" .. tail(outcome.output, OUTPUT_BYTES)
  elseif rank >= RANK.masked then
    lines[#lines + 1] = "Verifier output (values masked):\n"
      .. masking.of(options.masking, tail(outcome.output, OUTPUT_BYTES))
  end
  return table.concat(lines, "\n")
end

-- == the diagnostic of a result row ==

local NOISE = { "get:", "hit:", "fetched", "reading", "bash: cannot set terminal", "bash: no job control" }
local SPEAKS = { "assert", "error", "fail", "traceback", "expected", "!=" }

local function matches(line, words, at_start)
  local lower = line:lower()
  for _, word in ipairs(words) do
    local at = lower:find(word, 1, true)
    if at and (not at_start or at == 1) then return true end
  end
  return false
end

-- The lines of a verifier's output that say most, in one line of at most 240 bytes, masked.
function feedback.diagnostic(output, rule)
  local speaking, others = {}, {}
  for _, line in ipairs(text.lines(text.trim(output))) do
    line = text.trim(line)
    if line ~= "" and not matches(line, NOISE, true) then
      local list = matches(line, SPEAKS) and speaking or others
      list[#list + 1] = line
    end
  end
  table.move(others, math.max(1, #others - 4), #others, #speaking + 1, speaking)
  local last = table.move(speaking, math.max(1, #speaking - 7), #speaking, 1, {})
  if #last == 0 then return "(no output)" end
  local masked = masking.of(rule, table.concat(last, "\n"))
  return text.clip(masked:gsub("\n+", " | "), { bytes = 240 })
end

-- == scores ==

-- The score of a verdict {passed, reward} under a mode: reward, binary, dual (the original's dual is reward).
function feedback.score(verdict, tests, mode)
  local reward = math.max(0.0, math.min(1.0, verdict.reward or 0.0))
  if verdict.passed and reward == 0 then reward = 1.0 end
  if mode == "binary" then return verdict.passed and 1.0 or 0.0, reward end
  if reward == 0 and tests.partial_score > 0 then reward = tests.partial_score end
  return reward, reward
end

return feedback
