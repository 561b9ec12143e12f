-- The way back: an output tree of SkillOpt, its own or one that layout.lua wrote, as rows of one unit. Read are
-- history.json, the skills, the edits with their statuses, the ends of epochs, and the test evaluation of the best
-- skill. What the tree does not hold (calls, prices) is not there.
local function decoded(files, path)
  if not files[path] then return nil end
  local value, problem = json.decode(files[path])
  if value == nil then error(path .. ": " .. problem, 0) end
  return value
end

local function decoded_lines(files, path)
  local out = {}
  for _, line in ipairs(text.lines(files[path] or "")) do
    if line:find("%S") then
      local value = json.decode(line)
      if type(value) == "table" then out[#out + 1] = value end
    end
  end
  return out
end

local function skill_rows(files)
  local rows, by_hash = {}, {}
  local function add(path, name, step)
    local content = files[path]
    if not content then return nil end
    local id = "skill " .. #rows + 1
    rows[#rows + 1] = { skill_id = id, side = "target", text = content, name = name, description = "", step = step }
    by_hash[text.hash(content):sub(1, 16)] = id
    return id
  end
  for path in pairs(files) do
    local t = path:match("^skills/skill_v(%d+)%.md$")
    if t then add(path, t == "0000" and "initial_skill" or "current_" .. t, math.tointeger(tonumber(t))) end
  end
  for path in pairs(files) do
    local t = path:match("^steps/step_(%d+)/candidate_skill%.md$")
    if t then add(path, "step_" .. t, math.tointeger(tonumber(t))) end
  end
  return rows, by_hash, add("best_skill.md", "best", nil)
end

local function edit_rows(files, t)
  local folder, rows = ("steps/step_%04d/"):format(t), {}
  local ranked = decoded(files, folder .. "ranked_edits.json") or {}
  local report = decoded(files, folder .. "edit_apply_report.json") or {}
  local statuses = report.report or report.edits or report
  for i, item in ipairs(ranked.edits or ranked.revise_suggestions or ranked.skill_candidates or ranked) do
    if type(item) == "table" then
      local own = type(statuses) == "table" and statuses[i] or {}
      rows[i] = { action = tostring(item.op or item.type or "rewrite"), proposal = item, step = t,
                  status = type(own) == "table" and own.status or nil }
    end
  end
  return rows
end

local METRICS = { "rollout_hard", "rollout_soft", "selection_hard", "selection_soft", "current_score", "best_score" }

-- The rows of a step's record.
local function add_step(unit, files, record, by_hash)
  local t, candidate = record.step, by_hash[record.candidate_hash or ""]
  table.insert(unit.steps, { name = "step", action = record.action, record = record, epoch = record.epoch, step = t,
                             skill_id = candidate })
  for _, row in ipairs(edit_rows(files, t)) do table.insert(unit.edits, row) end
  if record.candidate_gate_score then
    table.insert(unit.gates, {
      accepted = record.action:find("accept") ~= nil, rule = "strict:" .. (record.gate_metric or "hard"), step = t,
      skill_id = candidate, scores = { action = record.action, score = record.candidate_gate_score,
        hard = record.selection_hard, soft = record.selection_soft, best_score = record.best_score },
    })
  end
  for _, name in ipairs(METRICS) do
    if type(record[name]) == "number" then
      table.insert(unit.metrics, { name = name, value = record[name], step = t })
    end
  end
end

local function add_epochs(unit, files)
  for path in pairs(files) do
    local stage, epoch = path:match("^(%a+_%a+)/epoch_(%d+)/%a+_?%a*_?result%.json$")
    if stage == "slow_update" or stage == "meta_skill" then
      local record = decoded(files, path)
      table.insert(unit.steps, { name = stage, action = record.action, record = record,
                                 epoch = math.tointeger(tonumber(epoch)) })
    end
  end
end

local function evaluation_of(files)
  local tasks, attempts = {}, {}
  for i, result in ipairs(decoded_lines(files, "test_eval/results.jsonl")) do
    local id = tostring(result.id)
    -- The tree says no documents: every item is a cluster of its own.
    tasks[i] = { task_id = id, name = id, origin = "report", rubrics = json.array {}, cluster = id,
                 text = result.question or result.task_description or id }
    attempts[i] = {
      task_id = id, purpose = "report", answer = result.response or "", graded = true, n_rubrics = 1,
      solved = (result.hard or 0) >= 1, n_pass = (result.hard or 0) >= 1 and 1 or 0, score = result.soft,
    }
  end
  return { tasks = tasks, attempts = attempts, metrics = {} }
end

return function(list)
  local files = {}
  for _, file in ipairs(list) do files[file.path] = file.text end
  local history = decoded(files, "history.json")
  if not history then error("there is no history.json: this is no output folder of SkillOpt", 0) end
  local config, summary = decoded(files, "config.json") or {}, decoded(files, "summary.json") or {}
  local skills, by_hash, best = skill_rows(files)
  local unit = { skills = skills, steps = {}, edits = {}, gates = {}, metrics = {}, evaluation = evaluation_of(files) }
  unit.unit = { id = type(config.env) == "string" and config.env ~= "" and config.env or "skillopt", params = config }
  for _, record in ipairs(history) do add_step(unit, files, record, by_hash) end
  add_epochs(unit, files)
  unit.selections = { { rule = "best", skill_id = best, scores = {
    best_score = summary.best_selection_hard, best_step = summary.best_step, best_origin = summary.best_origin,
    current_origin = summary.current_origin, baseline_selection_hard = summary.baseline_selection_hard,
    total_steps = summary.total_steps,
  } } }
  unit.result = { skill = files["best_skill.md"] or "", best = files["best_skill.md"] }
  return { name = "skillopt_imported", arm = "SkillOpt", units = { unit }, notes = {
    #history .. " steps, " .. #skills .. " versions of the skill, " .. #unit.evaluation.attempts .. " test items",
  } }
end
