-- Self-play on a context: what algorithms have in common in which tasks are set, answered and judged, and
-- some are kept as probes. A trial is {task = {text, rubrics, id}, answer, verdict}; a skill is
-- {text, id, step}; a probe is {task, rubrics, id, task_id}.
local self_play = {}

-- What a judge may see beside rubrics and answer, by the value of a parameter `judge_sees`.
self_play.sees = { answer = {}, task = { "task" }, task_and_context = { "task", "context" } }

-- The verdict of a task that nobody judged: it is neither solved nor failed, and teaches nobody.
function self_play.ungraded(task, err)
  return {
    graded = false, solved = false, status = {}, reasons = {}, n_pass = 0, n_rubrics = #task.rubrics,
    why = err and err.message or "not judged",
  }
end

-- Records a batch of tasks; each gets its id.
function self_play.record_tasks(tasks, step)
  for _, task in ipairs(tasks) do
    task.id = record.task { origin = "self_play", step = step, text = task.text, rubrics = task.rubrics }
  end
  return tasks
end

-- One trial, recorded: answer() gives a reply of llm.chat, judge(text) a verdict; either may give nil, err.
function self_play.trial(task, skill, step, answer, judged)
  local reply, err = answer()
  local text, verdict = reply and reply.text or "", nil
  if reply then verdict, err = judged(text) end
  verdict = verdict or self_play.ungraded(task, err)
  record.attempt {
    task = task.id, skill = skill.id, answer = text, purpose = "loop", step = step, verdict = verdict,
    call = reply and reply.call,
  }
  return { task = task, answer = text, verdict = verdict }
end

-- The graded trials: solved, failed.
function self_play.outcomes(trials)
  local solved, failed = {}, {}
  for _, trial in ipairs(trials) do
    if trial.verdict.graded then table.insert(trial.verdict.solved and solved or failed, trial) end
  end
  return solved, failed
end

-- Records a version of a side's skill.
function self_play.save(side, step, content)
  local document = content ~= "" and skill.parse(content) or {}
  return {
    text = content, step = step,
    id = record.skill {
      side = side, step = step, text = content,
      name = document.name or "", description = document.description or "",
    },
  }
end

-- All trials whose measure is the smallest, in their order.
function self_play.least(trials, measure)
  local least = {}
  for _, trial in ipairs(trials) do
    local first = least[1]
    if not first or measure(trial) < measure(first) then
      least = { trial }
    elseif measure(trial) == measure(first) then
      least[#least + 1] = trial
    end
  end
  return least
end

-- How much of a trial's rubrics passed.
function self_play.pass_rate(trial) return trial.verdict.n_pass / trial.verdict.n_rubrics end

function self_play.rubric_count(trial) return #trial.task.rubrics end

-- Records a trial's task as a probe; `under` is the skill that it was answered with.
function self_play.probe(set, trial, step, under)
  return {
    task = trial.task.text, rubrics = trial.task.rubrics, task_id = trial.task.id, set = set,
    id = record.probe { set = set, task = trial.task.id, step = step },
    answer = trial.answer, verdict = trial.verdict, under = under.text,
  }
end

return self_play
