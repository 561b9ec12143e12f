-- SkillOpt's output tree, from the rows of units (wire/effects.h, kLayOut): config.json, history.json,
-- runtime_state.json, summary.json, best_skill.md, skills/, steps/, slow_update/, meta_skill/, selection and test
-- evaluations. One unit is the root; several are folders of their ids.
--
-- Differs from the original: conversations are in the ledger (`hone show call`), results.jsonl has the final answers;
-- times are in the ledger, too; tokens are of the whole run, by stage; of test_eval, test_eval_final and
-- test_eval_baseline there is the one of the version that was returned: best, last or initial.
local folders = require "hone.folders"
local rollouts = require "skillopt.rollout_files"
local skill_files = require "skillopt.skill_files"

local TEST_FOLDERS = { initial = "test_eval_baseline", best = "test_eval", last = "test_eval_final" }

local function of_name(unit, name)
  local out = {}
  for _, row in ipairs(unit.steps or {}) do
    if row.name == name then out[#out + 1] = row end
  end
  return out
end

local function by_id(rows, key)
  local found = {}
  for _, row in ipairs(rows or {}) do found[row[key]] = row end
  return found
end

local function pretty(value) return json.encode(value) .. "\n" end

local function step_folder(t) return ("steps/step_%04d/"):format(t) end

-- A record of history.json: without what has files of its own.
local function history_record(row)
  local out = {}
  for key, value in pairs(row.record) do
    if key ~= "trajectory_digest" and key ~= "edit_apply_report" then out[key] = value end
  end
  return out
end

local function write_patches(unit, several, add)
  for _, row in ipairs(of_name(unit, "patch")) do
    local folder = step_folder(row.step) .. "patches/"
    if several then folder = folder .. "batch_" .. row.record.batch_idx .. "/" end
    local side = row.action == "failure" and "fail" or "succ"
    add(folder .. ("minibatch_%s_%03d.json"):format(side, row.record.minibatch), pretty(row.record.answer))
  end
  for _, row in ipairs(of_name(unit, "merged_patch")) do
    add(step_folder(row.step) .. "merged_patch.json", pretty(row.record))
  end
end

local function write_edits(unit, add)
  local by_step = {}
  for _, row in ipairs(unit.edits or {}) do
    by_step[row.step] = by_step[row.step] or json.array {}
    table.insert(by_step[row.step], row.proposal)
  end
  for t, proposals in pairs(by_step) do
    add(step_folder(t) .. "ranked_edits.json", pretty { edits = proposals })
  end
end

-- The files of steps, and which skill was current after each.
local function write_steps(unit, texts, add)
  local current, lr = {}, {}
  for _, row in ipairs(of_name(unit, "step")) do
    local folder, record = step_folder(row.step), row.record
    add(folder .. "step_record.json", pretty(history_record(row)))
    if record.trajectory_digest then add(folder .. "trajectory_digest.json", pretty(record.trajectory_digest)) end
    if record.edit_apply_report then
      add(folder .. "edit_apply_report.json", pretty { report = record.edit_apply_report,
                                                       summary = record.edit_apply_summary })
    end
    current[row.step] = texts[row.skill_id]
  end
  for _, row in ipairs(of_name(unit, "lr_decision")) do
    add(step_folder(row.step) .. "lr_decision.json", pretty(row.record))
    local line = { step = row.step, epoch = row.epoch }
    for key, value in pairs(row.record) do line[key] = value end
    lr[#lr + 1] = line
  end
  if #lr > 0 then add("lr_history.jsonl", folders.lines(lr)) end
  for _, row in ipairs(of_name(unit, "appendix_notes")) do
    add(step_folder(row.step) .. "appendix_notes.json", pretty(row.record))
  end
  for _, row in ipairs(unit.skills or {}) do
    local t = row.name and row.name:match("^step_(%d+)$")
    if t then add("steps/step_" .. t .. "/candidate_skill.md", row.text) end
    if row.name == "initial_skill" and not current[0] then current[0] = row.text end
  end
  return current
end

-- The stages at the ends of epochs; what the slow update left is the skill of its epoch's last step.
local function write_epochs(unit, texts, current, add)
  for _, row in ipairs(of_name(unit, "slow_update")) do
    local folder, record = ("slow_update/epoch_%02d/"):format(row.epoch), {}
    for key, value in pairs(row.record) do record[key] = value end
    if record.pairs then add(folder .. "comparison_pairs.json", pretty(record.pairs)) end
    if record.all_pairs then add(folder .. "comparison_pairs_all.json", pretty(record.all_pairs)) end
    record.pairs, record.all_pairs = nil, nil
    add(folder .. "slow_result.json", pretty(record))
    if texts[row.skill_id] then
      add(folder .. "candidate_skill.md", texts[row.skill_id])
      current[row.step] = texts[row.skill_id]
    end
  end
  for _, row in ipairs(of_name(unit, "meta_skill")) do
    add(("meta_skill/epoch_%02d/meta_skill_result.json"):format(row.epoch), pretty(row.record))
  end
end

local function counts_of(records)
  local counts = { accepts = 0, rejects = 0, skips = 0 }
  for _, record in ipairs(records) do
    if record.action:find("accept") then counts.accepts = counts.accepts + 1 end
    if record.action == "reject" then counts.rejects = counts.rejects + 1 end
    if record.action == "skip_no_patches" then counts.skips = counts.skips + 1 end
  end
  return counts
end

local function epoch_stats(records)
  local by_epoch, out = {}, json.array {}
  for _, record in ipairs(records) do
    by_epoch[record.epoch] = by_epoch[record.epoch] or {}
    table.insert(by_epoch[record.epoch], record)
  end
  for epoch, list in pairs(by_epoch) do
    local stats, last = counts_of(list), list[#list]
    stats.epoch, stats.steps = epoch, json.array {}
    for i, record in ipairs(list) do stats.steps[i] = record.step end
    stats.best_score_at_epoch_end, stats.current_score_at_epoch_end = last.best_score, last.current_score
    out[#out + 1] = stats
  end
  return out
end

-- Calls and tokens by stage.
local function token_summary(unit)
  local out, total = {}, { calls = 0, prompt_tokens = 0, completion_tokens = 0 }
  for _, use in ipairs(unit.uses or {}) do
    local stage = use.step or ""
    out[stage] = out[stage] or { calls = 0, prompt_tokens = 0, completion_tokens = 0 }
    for _, sum in ipairs { out[stage], total } do
      sum.calls = sum.calls + 1
      sum.prompt_tokens = sum.prompt_tokens + (use.input_tokens or 0)
      sum.completion_tokens = sum.completion_tokens + (use.output_tokens or 0)
    end
  end
  out._total = total
  for _, sum in pairs(out) do sum.total_tokens = sum.prompt_tokens + sum.completion_tokens end
  return out
end

local function write_state(unit, records, chosen, add)
  local last = records[#records] or { step = 0 }
  add("runtime_state.json", pretty {
    last_completed_step = last.step, current_skill_path = ("skills/skill_v%04d.md"):format(last.step),
    current_score = chosen.current_score, current_origin = chosen.current_origin, best_skill_path = "best_skill.md",
    best_score = chosen.best_score, best_step = chosen.best_step, best_origin = chosen.best_origin,
  })
end

local function summary_of(unit, records, chosen, which, means)
  local counts = counts_of(records)
  local out = {
    version = "hone", config = unit.unit.params, total_steps = chosen.total_steps, best_step = chosen.best_step,
    baseline_selection_hard = chosen.baseline_selection_hard, best_selection_hard = chosen.best_score,
    final_selection_hard = chosen.final_selection_hard, final_selection_soft = chosen.final_selection_soft,
    current_origin = chosen.current_origin, best_origin = chosen.best_origin, total_accepts = counts.accepts,
    total_rejects = counts.rejects, total_skips = counts.skips, epoch_stats = epoch_stats(records),
    token_summary = token_summary(unit),
  }
  local name = ({ initial = "baseline_test", best = "test", last = "final_test" })[which]
  if means then out[name .. "_hard"], out[name .. "_soft"] = means.hard, means.soft end
  return out
end

-- The files of one training.
local function write_unit(unit, add)
  local records, texts = json.array {}, {}
  for id, row in pairs(by_id(unit.skills, "skill_id")) do texts[id] = row.text end
  for i, row in ipairs(of_name(unit, "step")) do records[i] = history_record(row) end
  local several = (unit.unit.params or {}).accumulation ~= nil and unit.unit.params.accumulation > 1
  add("config.json", pretty(json.object(unit.unit.params or {})))
  add("history.json", pretty(records))
  write_patches(unit, several, add)
  write_edits(unit, add)
  local current = write_steps(unit, texts, add)
  write_epochs(unit, texts, current, add)
  for t, content in pairs(current) do add(("skills/skill_v%04d.md"):format(t), content) end
  rollouts.write(unit, records, several, add)
  local selection = (unit.selections or {})[1]
  local chosen = selection and type(selection.scores) == "table" and selection.scores or {}
  local best = type(unit.result) == "table" and unit.result.best
  if best then add("best_skill.md", best) end
  if best and (unit.unit.params or {}).skill_files == "several" then
    for _, part in ipairs(skill_files.parts(best)) do add("best_skill/" .. part.name, part.text) end
  end
  write_state(unit, records, chosen, add)
  local which = (unit.unit.params or {}).returns or "best"
  local means = rollouts.write_test(unit, TEST_FOLDERS[which], add)
  add("summary.json", pretty(summary_of(unit, records, chosen, which, means)))
end

return function(rows)
  local files = {}
  for _, unit in ipairs(rows) do
    local prefix = #rows > 1 and folders.of(tostring(unit.unit.id)) .. "/" or ""
    write_unit(unit, function(path, content) files[#files + 1] = { path = prefix .. path, text = content } end)
  end
  return files
end
