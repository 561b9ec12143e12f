-- SkillForge's run folder from the rows of units (wire/effects.h, kLayOut): results.jsonl, results.metrics.json, the
-- evolved workspace with observations and traces. Differs from the original where that loses or misleads: no durations
-- (a run may be put together from many), the share solved within k attempts is called that and not a pass ratio, and a
-- task that infrastructure ended is neither passed nor counted as ground.
local folders = require "hone.folders"
local skill_files = require "hone.skill_files"

local function steps_of(unit, name)
  local found = {}
  for _, row in ipairs(unit.steps or {}) do
    if row.name == name then found[#found + 1] = row end
  end
  return found
end

-- Rows in the order of the original's file: attempts of a batch by cycle, then the batch's final rows.
local function result_rows(unit)
  local rows = {}
  for _, row in ipairs(steps_of(unit, "attempt")) do
    local about = row.record
    rows[#rows + 1] = {
      key = { about.batch, 0, row.step, #rows },
      row = { task_id = about.task, passed = row.action == "passed", score = about.score, reward_float = about.reward,
              failure_class = about.failure_class, tests_passed = about.tests_passed, tests_failed = about.tests_failed,
              skills_loaded = json.array(about.skills_loaded or {}), cycle = row.step, batch = about.batch,
              category = about.category, difficulty = about.difficulty, detail = about.detail, final = false,
              infrastructure = row.action == "infrastructure" },
    }
  end
  for _, row in ipairs(steps_of(unit, "task")) do
    local about = row.record
    rows[#rows + 1] = {
      key = { row.step, 1, 0, #rows },
      row = { task_id = about.task, passed = row.action == "solved", cycles_used = about.cycles_used, batch = row.step,
              category = about.category, difficulty = about.difficulty, final = true,
              infrastructure = row.action == "infrastructure" },
    }
  end
  table.sort(rows, function(a, b)
    for i = 1, 4 do
      if a.key[i] ~= b.key[i] then return a.key[i] < b.key[i] end
    end
    return false
  end)
  local out = {}
  for i, entry in ipairs(rows) do out[i] = entry.row end
  return out
end

local function ratio(passed, total) return total > 0 and math.floor(passed / total * 10000 + 0.5) / 10000 or 0.0 end

local function totals(rows, key)
  local out = json.object {}
  for _, row in ipairs(rows) do
    local group = row[key] or "unknown"
    out[group] = out[group] or { total = 0, passed = 0 }
    out[group].total = out[group].total + 1
    out[group].passed = out[group].passed + (row.passed and 1 or 0)
  end
  for _, group in pairs(out) do group.solved_within_k = ratio(group.passed, group.total) end
  return out
end

local function count(list, wanted)
  local n = 0
  for _, one in ipairs(list) do n = n + (wanted(one) and 1 or 0) end
  return n
end

local CONFIG = { "max_cycles", "batch_size", "use_skills", "native_profile", "feedback_level", "task_skill_mode" }

local function metrics(unit, rows, files)
  local final = {}
  for _, row in ipairs(rows) do
    if row.final then final[#final + 1] = row end
  end
  local passed = count(final, function(row) return row.passed end)
  local config, p = json.object {}, unit.unit.params or {}
  for _, name in ipairs(CONFIG) do config[name] = p[name] end
  return {
    total = #final, passed = passed, solved_within_k = ratio(passed, #final), k = p.max_cycles,
    first_attempt = count(final, function(row) return row.passed and row.cycles_used == 1 end),
    infrastructure = count(final, function(row) return row.infrastructure end),
    grind_needed = count(final, function(row) return row.cycles_used > 1 and not row.infrastructure end),
    grind_resolved = count(final, function(row) return row.cycles_used > 1 and row.passed end),
    by_difficulty = totals(final, "difficulty"), by_category = totals(final, "category"),
    workspace = {
      skills_final = count(files, function(file) return file.path:find("^skills/[^/]+/SKILL%.md$") end),
      memories_final = count(files, function(file) return file.path:find("^memory/") end),
    },
    config = config,
  }
end

local function task_trace(row)
  local about = row.record
  return table.concat({
    "# " .. about.task .. ", cycle " .. row.step, "",
    "- Passed: " .. tostring(row.action == "passed"), "- Score: " .. tostring(about.score),
    "- Class: " .. (about.failure_class or "none"), "- Category: " .. about.category,
    "- Skills loaded: " .. table.concat(about.skills_loaded or {}, ", "), "", "## Feedback", "", about.detail or "", "",
  }, "\n")
end

local function evolution_trace(row)
  local about = row.record
  local changes = about.skills or {}
  local function names(kind) return table.concat(changes[kind] or {}, ", ") end
  return table.concat({
    "# Evolution " .. row.step, "", "- Outcome: " .. row.action, "- Added: " .. names "added",
    "- Changed: " .. names "changed", "- Removed: " .. names "removed", "", "## What the evolver said", "",
    (about.evolver or {}).summary or "", "",
  }, "\n")
end

return function(rows)
  local files = {}
  local function add(path, content) files[#files + 1] = { path = path, text = content } end
  for _, unit in ipairs(rows) do
    local folder = folders.of(unit.unit.id) .. "/"
    local lines = result_rows(unit)
    local packed = type(unit.result) == "table" and unit.result.skill
    local library = packed and skill_files.unpack(packed) or {}
    add(folder .. "results.jsonl", folders.lines(lines))
    add(folder .. "results.metrics.json", json.encode(metrics(unit, lines, library)) .. "\n")
    for _, file in ipairs(library) do
      if file.text then add(folder .. "workspace/" .. file.path, file.text) end
    end
    for _, artifact in ipairs(unit.artifacts or {}) do
      local name = artifact.name:match("^observations/(.+)%.md$")
      if name then add(folder .. "workspace/evolution/observations/" .. folders.of(name) .. ".md", artifact.text) end
    end
    local traces = folder .. "workspace/evolution/traces/"
    for _, row in ipairs(steps_of(unit, "attempt")) do
      add(traces .. "task_" .. folders.of(row.record.task) .. "_cycle_" .. row.step .. ".md", task_trace(row))
    end
    for _, row in ipairs(steps_of(unit, "evolve")) do
      if row.action ~= "reverted" then
        add(traces .. string.format("evo_%03d_output.md", row.step), evolution_trace(row))
      end
    end
  end
  return files
end
