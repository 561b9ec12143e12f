-- One evolution: observations in, a commit before, the evolver at work, what it had no leave for put back, a commit
-- after, the gate. Tags pre-evo-N and evo-N count on and never move; edits are mutations as much as new skills are.
local convergence = require "skillforge.convergence"
local direct_answers = require "skillforge.direct_answers"
local distillation = require "skillforge.distillation"
local evolver = require "skillforge.evolver"
local gate = require "skillforge.gate"
local observations = require "skillforge.observations"
local permissions = require "skillforge.permissions"
local task_skills = require "skillforge.task_skills"

local evolution = {}

-- What was written before; observations quote the verifier and are no such thing.
local function known_text(files)
  local out = {}
  for _, file in ipairs(files) do
    if not file.path:find("^evolution/") then out[#out + 1] = file.text or "" end
  end
  return table.concat(out, "\n")
end

-- Files that were changed to hold an answer are put back as they were.
local function without_answers(before, after, secrets, reverted)
  local old, kept = {}, {}
  for _, file in ipairs(before) do old[file.path] = file end
  for _, file in ipairs(after) do
    local was = old[file.path]
    local changed = not was or was.text ~= file.text
    if changed and file.text and direct_answers.find(file.text, secrets) then
      reverted[#reverted + 1] = { path = file.path, why = "a direct answer" }
      file = was
    end
    if file then kept[#kept + 1] = file end
  end
  return kept
end

local function note_reverted(s, reverted)
  if #reverted == 0 then return end
  record.step { name = "evolve", action = "reverted", step = s.evolution, record = { paths = json.array(reverted) } }
  log.warn("evolution " .. s.evolution .. ": " .. #reverted .. " changes were undone, the first: " .. reverted[1].path
    .. " (" .. reverted[1].why .. ")")
end

-- Files after the evolver and after every rule, and what it said; the files as they were when the world failed.
local function evolved(s, failures, before)
  local after, about = evolver.run(s, failures, before)
  if not after then
    log.warn("evolution " .. s.evolution .. ": no evolver: " .. about.message)
    return before, { infrastructure = true, message = about.message }
  end
  local kept, reverted = permissions.enforce(before, after, s.p)
  local secrets = {}
  if s.p.no_direct_answers then
    secrets = direct_answers.secrets(failures, known_text(before), s.p.published_order)
    kept = without_answers(before, kept, secrets, reverted)
  end
  note_reverted(s, reverted)
  if s.p.distill then kept = distillation.apply(kept, secrets) end
  return kept, about
end

local function message_of(changes)
  local parts = {}
  for _, kind in ipairs { "added", "changed", "removed" } do
    if #changes[kind] > 0 then parts[#parts + 1] = #changes[kind] .. " skills " .. kind end
  end
  return #parts > 0 and table.concat(parts, ", ") or nil
end

-- Number of new skills that were kept.
local function pass(s, failures)
  gate.prepare(s)
  s.evolution = s.evolution + 1
  local number = s.evolution
  observations.write(s, failures)
  if s.p.task_skill_mode ~= "off" then task_skills.evolve(s, failures) end
  s.workspace:commit { message = "pre-evo-" .. number .. ": snapshot before evolution", tag = "pre-evo-" .. number }
  local before = s.workspace:files()
  local after, about = evolved(s, failures, before)
  local touched = s.workspace:replace(after, "")
  local changes = permissions.skill_changes(before, after)
  local mutated = #touched.added + #touched.changed + #touched.removed > 0
  local summary = message_of(changes) or (mutated and "other files" or "no mutation")
  s.workspace:commit { message = "evo-" .. number .. ": " .. summary, tag = "evo-" .. number }
  s.step.keep(s)
  local action = about.infrastructure and "infrastructure" or mutated and "mutation" or "no_mutation"
  record.step { name = "evolve", action = action, step = number, skill = s.library_row,
                record = { batch = s.batch, cycle = s.cycle, skills = changes, evolver = about } }
  convergence.expect(s, failures)
  return (not mutated or gate.decide(s, number)) and #changes.added or 0
end

-- All evolutions that a cycle's failures set off.
function evolution.run(s, failures)
  local added = 0
  if s.p.evolve_trigger == "task" then
    for _, failure in ipairs(failures) do added = added + pass(s, { failure }) end
  else
    added = pass(s, failures)
  end
  convergence.note(s, added)
end

return evolution
