-- results.jsonl of rollouts and evaluations, from attempts. Which attempt belongs to which rollout is told by its
-- path: an evaluation on the select split runs on a path of its own, named by the skill's hash; on any other path the
-- attempts stand in the order in which they were made: a step's batches, then the two sides of a comparison.
local folders = require "hone.folders"

local rollout_files = {}

local function result_of(attempt, task)
  return {
    id = task.name or task.id, hard = (attempt.solved == 1 or attempt.solved == true) and 1 or 0,
    soft = attempt.score, question = task.text, response = attempt.answer, fail_reason = attempt.failure_class,
    infrastructure = attempt.infrastructure == 1 or attempt.infrastructure == true or nil,
  }
end

local function ordered(attempts)
  local out = table.move(attempts, 1, #attempts, 1, {})
  local function key(row)
    local numbers = {}
    for part in tostring(row.path or ""):gmatch("%d+") do numbers[#numbers + 1] = tonumber(part) end
    return numbers[#numbers] or 0
  end
  table.sort(out, function(a, b)
    if key(a) ~= key(b) then return key(a) < key(b) end
    return (a.n or 0) < (b.n or 0)
  end)
  return out
end

-- The attempts of each path, in the order in which they were made.
local function by_path(attempts)
  local paths = {}
  for _, attempt in ipairs(attempts) do
    local path = tostring(attempt.path or "")
    paths[path] = paths[path] or {}
    table.insert(paths[path], attempt)
  end
  for _, list in pairs(paths) do table.sort(list, function(a, b) return (a.n or 0) < (b.n or 0) end) end
  return paths
end

-- Writes rollout/, selection_eval*/ and final_selection_eval/ of a unit.
function rollout_files.write(unit, records, several, add)
  local tasks, evaluations, rest = {}, {}, {}
  for _, task in ipairs(unit.tasks or {}) do tasks[task.task_id] = task end
  for _, attempt in ipairs(unit.attempts or {}) do
    local kind, hash = tostring(attempt.path or ""):match("^@(%a+)%-(%x+)%.")
    if hash then
      evaluations[kind .. hash] = evaluations[kind .. hash] or { kind = kind, hash = hash, attempts = {} }
      table.insert(evaluations[kind .. hash].attempts, attempt)
    else
      rest[#rest + 1] = attempt
    end
  end
  local function lines(attempts)
    local out = {}
    for i, attempt in ipairs(attempts) do out[i] = result_of(attempt, tasks[attempt.task_id] or {}) end
    return folders.lines(out)
  end
  local paths, taken = by_path(rest), {}
  for _, record in ipairs(records) do
    local folder = ("steps/step_%04d/rollout/"):format(record.step)
    for _, batch in ipairs(record.accumulation_batches or {}) do
      local attempts = {}
      for i = 1, batch.n_envs do
        local path = tostring(i)
        local list = paths[path] or {}
        -- What was made on this path for earlier steps, their comparisons included, comes before.
        local at = (taken[path] or 0) + 1
        while list[at] and list[at].step ~= record.step do at = at + 1 end
        attempts[#attempts + 1], taken[path] = list[at], at
      end
      add(folder .. (several and "batch_" .. batch.batch_idx .. "/" or "") .. "results.jsonl", lines(attempts))
    end
  end
  local of_hash = {}
  for _, record in ipairs(records) do
    local hash = record.candidate_hash
    if hash and not of_hash[hash] then of_hash[hash] = record.step end
  end
  for _, evaluation in pairs(evaluations) do
    local step = of_hash[evaluation.hash]
    -- Neither: guidance that was measured without the gate.
    local folder = step and ("steps/step_%04d/selection_eval/"):format(step)
      or "selection_eval_" .. evaluation.hash .. "/"
    if (evaluation.attempts[1].step or 0) == 0 then folder = "selection_eval_baseline/" end
    if evaluation.kind == "again" then folder = "final_selection_eval/" end
    add(folder .. "results.jsonl", lines(ordered(evaluation.attempts)))
  end
end

-- Writes the evaluation of a unit's returned skill: results.jsonl and summary.json. Gives the means.
function rollout_files.write_test(unit, folder, add)
  local evaluation, tasks = unit.evaluation or {}, {}
  for _, task in ipairs(evaluation.tasks or {}) do tasks[task.task_id] = task end
  local results, kinds, hard, soft = {}, {}, 0.0, 0.0
  for i, attempt in ipairs(ordered(evaluation.attempts or {})) do
    local task = tasks[attempt.task_id] or {}
    local result = result_of(attempt, task)
    results[i] = result
    hard, soft = hard + result.hard, soft + (result.soft or 0)
    for _, kind in ipairs { task.category or "other", "overall" } do
      kinds[kind] = kinds[kind] or { total = 0, hard_acc = 0.0 }
      kinds[kind].total, kinds[kind].hard_acc = kinds[kind].total + 1, kinds[kind].hard_acc + result.hard
    end
  end
  if #results == 0 then return nil end
  for _, kind in pairs(kinds) do kind.hard_acc = kind.hard_acc / kind.total end
  add(folder .. "/results.jsonl", folders.lines(results))
  add(folder .. "/summary.json", json.encode(kinds) .. "\n")
  return { hard = hard / #results, soft = soft / #results }
end

return rollout_files
