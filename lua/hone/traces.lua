-- What happened in a round, as text for a prompt. A round is a list of trials
-- {task = {text, rubrics}, answer, verdict}; verdict is the value of judge.rubrics.
local traces = {}

local function numbered(lines)
  local out = {}
  for i, line in ipairs(lines) do out[i] = i .. ". " .. line end
  return table.concat(out, "\n")
end

local function outcome(trial)
  if not trial.verdict.graded then return "ungraded" end
  return trial.verdict.solved and "solved" or "failed"
end

-- "1. [failed] first 120 characters of the task", one line a trial.
function traces.overview(trials)
  local lines = {}
  for i, trial in ipairs(trials) do
    local first = trial.task.text:gsub("%s+", " "):sub(1, 120)
    local edge = #first
    -- A cut inside a character would not be UTF-8.
    while edge > 0 and not utf8.len(first, 1, edge) do edge = edge - 1; first = first:sub(1, edge) end
    lines[i] = "[" .. outcome(trial) .. "] " .. first
  end
  return numbered(lines)
end

-- Every trial with task, rubrics, answer and the judge's verdict on each rubric.
function traces.detail(trials)
  local out = {}
  for i, trial in ipairs(trials) do
    local verdicts = {}
    for k, status in ipairs(trial.verdict.status) do
      verdicts[k] = "[" .. status .. "] " .. (trial.verdict.reasons[k] or "")
    end
    out[i] = table.concat({
      '<trace number="' .. i .. '" outcome="' .. outcome(trial) .. '">',
      "<task>", trial.task.text, "</task>",
      "<rubrics>", numbered(trial.task.rubrics), "</rubrics>",
      "<answer>", trial.answer, "</answer>",
      "<verdicts>", numbered(verdicts), "</verdicts>",
      "</trace>",
    }, "\n")
  end
  return table.concat(out, "\n")
end

-- A skill as a prompt shows it: <skill name="...">text</skill>, or "" when there is none.
function traces.skill_block(content)
  if content == "" then return "" end
  local document = skill.parse(content)
  local name = document and document.name ~= "" and document.name or "skill"
  return '<skill name="' .. name .. '">\n' .. content .. "\n</skill>"
end

-- A skill's name and description alone, in the same tag; "" when there is none.
function traces.skill_summary(content)
  if content == "" then return "" end
  local document = skill.parse(content)
  local name = document.name ~= "" and document.name or "skill"
  return '<skill name="' .. name .. '">\n' .. document.description .. "\n</skill>"
end

return traces
