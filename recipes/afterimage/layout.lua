-- Afterimage's output folder, from the rows of units (wire/effects.h, kLayOut). Differs from the original
-- where that loses or breaks something: headers of skill files are quoted, a run is written whole instead
-- of appended to an older one, ids are numbers of the round instead of random, and a context id becomes a
-- folder name that cannot leave the folder.
local folders = require "hone.folders"

local layout = {}
local TAKEN = { ["manifest.jsonl"] = true }

-- A skill file: header with quoted values, body without a header of its own.
local function skill_file(context_id, version)
  return table.concat({
    "---",
    "name: " .. json.encode(version.name),
    "description: " .. json.encode(version.description),
    "context_id: " .. json.encode(context_id),
    "version_id: " .. json.encode(version.id),
    "iteration: " .. version.iteration,
    "side: " .. version.side,
    "---", "", text.trim(version.content), "",
  }, "\n")
end

local function of_id(rows, key)
  local found = {}
  for _, row in ipairs(rows or {}) do found[row[key]] = row end
  return found
end

-- The probes of a unit by task id, in order, named by round and number.
local function probes_of(unit)
  local list, by_task, count = {}, {}, {}
  for _, task in ipairs(unit.tasks or {}) do
    if task.origin == "self_play" then
      count[task.step] = (count[task.step] or 0) + 1
      local probe = {
        id = "probe-" .. task.step .. "-" .. count[task.step], context_id = unit.unit.id, task = task.text,
        rubrics = json.array(task.rubrics), iteration = task.step, metadata = json.object {},
      }
      list[#list + 1] = probe
      by_task[task.task_id] = probe
    end
  end
  return list, by_task
end

-- The versions of one side, and by skill id; every recorded version is one, also where the text stayed.
local function versions_of(unit, side, by_task)
  local edits, list, by_skill = of_id(unit.edits, "after_skill_id"), {}, {}
  for _, row in ipairs(unit.skills or {}) do
    if row.side == side and row.text ~= "" then
      local document = skill.parse(row.text)
      local edit = edits[row.skill_id] or {}
      local proposal = type(edit.proposal) == "table" and edit.proposal or {}
      local version = {
        id = side .. "-" .. row.step .. "-" .. #list + 1, context_id = unit.unit.id, iteration = row.step, side = side,
        name = document.name, description = document.description, content = text.trim(document.body),
        source_probe_ids = json.array {}, metrics = json.object {},
        metadata = json.object {
          carry_forward_reason = proposal.carry_forward_reason, generation_reason = proposal.generation_reason,
        },
      }
      -- What taught it: the round's failures (reasoner) or successes (challenger).
      if edit.action ~= "carry_forward" and edit.action ~= "bootstrap" then
        for _, attempt in ipairs(unit.attempts or {}) do
          local wanted = side == "challenger"
          if attempt.purpose == "loop" and attempt.step == row.step and attempt.graded ~= 0 and attempt.graded ~= false
            and (attempt.solved == 1 or attempt.solved == true) == wanted and by_task[attempt.task_id] then
            table.insert(version.source_probe_ids, by_task[attempt.task_id].id)
          end
        end
      end
      list[#list + 1] = version
      by_skill[row.skill_id] = version
    end
  end
  return list, by_skill
end

local function result_of(attempt, probe, by_skill)
  local status, reasons = json.array {}, {}
  for _, verdict in ipairs(attempt.verdicts or {}) do
    table.insert(status, verdict.status == "yes")
    table.insert(reasons, verdict.reason)
  end
  local solved = attempt.solved == 1 or attempt.solved == true
  local feedback = #reasons > 0 and table.concat(reasons, "\n") or attempt.ungraded_reason or ""
  local version = attempt.skill_id ~= nil and by_skill[attempt.skill_id] or nil
  return {
    probe = probe, answer = attempt.answer or "", score = solved and 1.0 or 0.0, passed = solved,
    rubric_status = status, judge_feedback = feedback, skill_version_id = version and version.id or json.decode("null"),
    metadata = { raw_overall_score = solved and 1.0 or 0.0, score_normalized = false },
  }
end

-- "3/4" as a number.
local function number(score)
  if type(score) == "number" then return score end
  local over, under = tostring(score or 0):match("^(%-?%d+)/?(%d*)$")
  if not over then return 0.0 end
  return tonumber(over) / (under ~= "" and tonumber(under) or 1)
end

-- A set's rate as the replay scored it: smoothed, 1 without probes. `n_plus` is 0 or 1.
local function rate(counts, n_plus)
  if not counts or counts.valid == 0 then return 1.0 end
  return (counts.correct + n_plus) / (counts.valid + n_plus)
end

local function selection_of(unit, versions, by_skill)
  local selection = (unit.selections or {})[1]
  if not selection then return nil end
  local p = unit.unit.params or {}
  local n_plus = p.laplace_smoothing == false and 0 or 1
  local results = json.array {}
  local function scored(version, score)
    return {
      version_id = version.id, iteration = version.iteration, hard_score = rate(score.hard, n_plus),
      easy_score = rate(score.easy, n_plus), combined_score = number(score.score),
    }
  end
  local listed = type(selection.scores) == "table" and selection.scores or {}
  for i, score in ipairs(listed) do
    if versions[i] then table.insert(results, scored(versions[i], score)) end
  end
  local chosen = by_skill[selection.skill_id] or versions[selection.candidate]
  if not chosen then return nil end
  local best = listed[selection.candidate] and scored(chosen, listed[selection.candidate])
    or { hard_score = 0.0, easy_score = 0.0, combined_score = 0.0 }
  return chosen, {
    context_id = unit.unit.id, selected_version_id = chosen.id, selected_iteration = chosen.iteration,
    hard_score = best.hard_score, easy_score = best.easy_score, combined_score = best.combined_score,
    all_results = results,
  }
end

-- The files of one unit, added to `files`.
function layout.unit(unit, files)
  local id = unit.unit.id
  local folder = folders.of(id, TAKEN) .. "/"
  local function add(name, content) files[#files + 1] = { path = folder .. name, text = content } end
  local probes, by_task = probes_of(unit)
  local versions, by_skill = versions_of(unit, "reasoner", by_task)
  local challenger = versions_of(unit, "challenger", by_task)
  local results = {}
  for _, attempt in ipairs(unit.attempts or {}) do
    local probe = by_task[attempt.task_id]
    if attempt.purpose == "loop" and probe then results[#results + 1] = result_of(attempt, probe, by_skill) end
  end
  add("probes.jsonl", folders.lines(probes))
  add("results.jsonl", folders.lines(results))
  add("versions.jsonl", folders.lines(versions))
  add("challenger_versions.jsonl", folders.lines(challenger))
  local function skills(list, prefix)
    local last = {}  -- a bootstrap has the number of the last round: the later version stands
    for _, version in ipairs(list) do last[version.iteration] = version end
    for iteration, version in pairs(last) do add(prefix .. iteration .. ".md", skill_file(id, version)) end
  end
  skills(versions, "skill-iter-")
  skills(challenger, "challenger-skill-iter-")
  local chosen, selection = selection_of(unit, versions, by_skill)
  if chosen then
    add("selection.json", json.encode(selection) .. "\n")
    add("SKILL.md", skill_file(id, chosen))
  end
end

return function(rows)
  local files, manifest = {}, {}
  for i, unit in ipairs(rows) do
    layout.unit(unit, files)
    local context = unit.unit.context_text
    manifest[i] = {
      context_id = unit.unit.id, document_id = unit.unit.id,
      context_hash = context and text.hash(text.trim(context)) or "", metadata = json.object(unit.unit.metadata or {}),
    }
  end
  table.insert(files, 1, { path = "manifest.jsonl", text = folders.lines(manifest) })
  return files
end
