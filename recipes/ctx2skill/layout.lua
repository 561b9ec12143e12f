-- The output tree of Ctx2Skill's own program, from the rows of units (wire/effects.h, kLayOut):
--   outputs/adversarial_loop.jsonl             a record for each round
--   skills/reasoner/<id>/skill-iter-N.md, SKILL.md, hard_set.jsonl, easy_set.jsonl
--   skills/challenger/<id>/SKILL.md            the last version
--   skills/skill_selection_summary.jsonl       a record for each context
-- Differs from the original where that loses something: a context id becomes a folder name that cannot leave the
-- folder, a context whose skill is empty has no SKILL.md, and what nobody judged has the score null.
local folders = require "hone.folders"

local function solved(attempt) return attempt.solved == 1 or attempt.solved == true end
local function graded(attempt) return attempt.graded == 1 or attempt.graded == true end

local function statuses(attempt)
  local out, reasons = json.array {}, {}
  for i, verdict in ipairs(attempt.verdicts or {}) do
    out[i], reasons[i] = verdict.status, verdict.reason
  end
  return out, table.concat(reasons, "\n")
end

-- Rows by a column, each list in program order.
local function grouped(rows, key)
  local found = {}
  for _, row in ipairs(rows or {}) do
    if row[key] ~= nil then
      found[row[key]] = found[row[key]] or {}
      table.insert(found[row[key]], row)
    end
  end
  return found
end

local function first_line_name(content)
  return content and content ~= "" and skill.parse(content).name or nil
end

-- The reasoner's answer to a task in its own round.
local function loop_attempts(unit)
  local found = {}
  for _, attempt in ipairs(unit.attempts or {}) do
    if attempt.purpose == "loop" and attempt.task_id ~= nil then found[attempt.task_id] = attempt end
  end
  return found
end

-- Texts of a side by round: the last version that a round left.
local function versions(unit, side)
  local by_step, last = {}, 0
  for _, row in ipairs(unit.skills or {}) do
    if row.side == side then
      by_step[row.step] = row
      last = math.max(last, row.step)
    end
  end
  return by_step, last
end

local function proposals(unit, side)
  local side_of, out = {}, {}
  for _, row in ipairs(unit.skills or {}) do side_of[row.skill_id] = row.side end
  for _, edit in ipairs(unit.edits or {}) do
    if side_of[edit.after_skill_id] == side then out[edit.step] = edit.proposal end
  end
  return out
end

local function names_in_use(by_step, step)
  local before = by_step[step - 1]
  local name = before and first_line_name(before.text)
  return json.array(name and { name } or {})
end

local function rounds(unit, reasoner, challenger)
  local tasks, attempts, records = grouped(unit.tasks, "step"), loop_attempts(unit), {}
  local proposed = { reasoner = proposals(unit, "reasoner"), challenger = proposals(unit, "challenger") }
  local null = json.decode("null")
  for step, listed in pairs(tasks) do
    local results, passed, failed = json.array {}, 0, 0
    for i, task in ipairs(listed) do
      local attempt = attempts[task.task_id] or {}
      local status, rationale = statuses(attempt)
      if graded(attempt) then
        if solved(attempt) then passed = passed + 1 else failed = failed + 1 end
      end
      results[i] = {
        task_idx = i, task = task.text, rubrics = json.array(task.rubrics), reasoner_output = attempt.answer or "",
        judge_score = graded(attempt) and (solved(attempt) and 1 or 0) or null,
        judge_rationale = rationale, requirement_status = status,
      }
    end
    records[#records + 1] = {
      context_id = unit.unit.id, iteration = step, task_results = results, num_tasks = #listed,
      num_passed = passed, num_failed = failed,
      proposed_reasoner_skill = proposed.reasoner[step] or null,
      proposed_challenger_skill = proposed.challenger[step] or null,
      reasoner_skills = names_in_use(reasoner, step), challenger_skills = names_in_use(challenger, step),
    }
  end
  return records
end

local function probe_records(unit, set)
  local task_of, attempts, out = {}, loop_attempts(unit), {}
  for _, task in ipairs(unit.tasks or {}) do task_of[task.task_id] = task end
  for _, probe in ipairs(unit.probes or {}) do
    local task = task_of[probe.task_id]
    if probe.probe_set == set and task then
      local attempt = attempts[probe.task_id] or {}
      local status = statuses(attempt)
      local yes = 0
      for _, one in ipairs(status) do yes = yes + (one == "yes" and 1 or 0) end
      out[#out + 1] = {
        context_id = unit.unit.id, iteration = probe.step, task = task.text, rubrics = json.array(task.rubrics),
        reasoner_output = attempt.answer or "", judge_score = solved(attempt) and 1 or 0,
        requirement_status = status,
        pass_rate = set == "hard" and (#status > 0 and yes / #status or 0.0) or nil,
        num_rubrics = set == "easy" and #task.rubrics or nil,
      }
    end
  end
  return out
end

local function number(score)
  if type(score) == "number" then return score end
  local over, under = tostring(score or 0):match("^(%-?%d+)/?(%d*)$")
  if not over then return 0.0 end
  return tonumber(over) / (under ~= "" and tonumber(under) or 1)
end

local SMOOTHED = { n_plus_1 = { 1, 1 }, n_plus_2 = { 1, 2 }, none = { 0, 0 } }

local function accuracy(counts, smoothing)
  local plus = SMOOTHED[smoothing] or SMOOTHED.n_plus_1
  local under = (counts and counts.valid or 0) + plus[2]
  if not counts or counts.valid == 0 or under == 0 then return 1.0 end
  return (counts.correct + plus[1]) / under
end

local function summary(unit)
  local selection = (unit.selections or {})[1]
  if not selection or not selection.candidate then return nil end
  local p, results = unit.unit.params or {}, json.array {}
  for i, score in ipairs(type(selection.scores) == "table" and selection.scores or {}) do
    results[i] = {
      iteration = i, hard_accuracy = accuracy(score.hard, p.smoothing),
      easy_accuracy = accuracy(score.easy, p.smoothing), combined_score = number(score.score),
      hard_valid = score.hard.valid, easy_valid = score.easy.valid,
    }
  end
  local best = results[selection.candidate] or {}
  return {
    context_id = unit.unit.id, best_iteration = selection.candidate, best_score = best.combined_score or 0.0,
    hard_accuracy = best.hard_accuracy or 1.0, easy_accuracy = best.easy_accuracy or 1.0, all_results = results,
  }
end

return function(rows)
  local files, loop, summaries = {}, {}, {}
  local function add(path, content) files[#files + 1] = { path = path, text = content } end
  for _, unit in ipairs(rows) do
    local folder = folders.of(unit.unit.id)
    local reasoner = versions(unit, "reasoner")
    local challenger, last = versions(unit, "challenger")
    for _, record in ipairs(rounds(unit, reasoner, challenger)) do loop[#loop + 1] = record end
    for step, row in pairs(reasoner) do
      if row.text ~= "" then add("skills/reasoner/" .. folder .. "/skill-iter-" .. step .. ".md", row.text) end
    end
    for _, set in ipairs { "hard", "easy" } do
      local records = probe_records(unit, set)
      if #records > 0 then
        add("skills/reasoner/" .. folder .. "/" .. set .. "_set.jsonl", folders.lines(records))
      end
    end
    local best = type(unit.result) == "table" and unit.result.skill or ""
    if best ~= "" then add("skills/reasoner/" .. folder .. "/SKILL.md", best) end
    if challenger[last] and challenger[last].text ~= "" then
      add("skills/challenger/" .. folder .. "/SKILL.md", challenger[last].text)
    end
    summaries[#summaries + 1] = summary(unit)
  end
  add("outputs/adversarial_loop.jsonl", folders.lines(loop))
  add("skills/skill_selection_summary.jsonl", folders.lines(summaries))
  return files
end
