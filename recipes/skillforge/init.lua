-- SkillForge: a stream of tasks in containers, solved in batches. What fails is tried again, and between the cycles an
-- evolver with a shell improves the library of skills that the solver works with. The library is what comes out.
--
-- A task that any of its attempts solved is "solved within k"; that is no pass rate, since its own verifier told what
-- was wrong in between. What the library is worth is measured afterwards, on held-out tasks, by the evaluator
-- first_attempt. Where the released program and its documentation differ, params.lua says which is which.
--
-- Every step takes the state `s` first: {workspace, p, step, batch, cycle, evolution (number of the last one),
-- library_row, aside (tasks of the gate), attempts, egl, converged, untried, idle, gate_score}. A batch is a list of
-- entries {task, row, cycles, solved, result}.
local convergence = require "skillforge.convergence"
local drafts = require "skillforge.drafts"
local evolution = require "skillforge.evolution"
local memory = require "skillforge.memory"
local params = require "skillforge.params"
local results = require "skillforge.results"
local skill_library = require "hone.skill_library"
local solving = require "hone.solving_params"
local stream = require "skillforge.stream"
local task_attempt = require "hone.task_attempt"
local task_skills = require "skillforge.task_skills"

local steps = { evolve = evolution.run }

-- Guides for the tasks of a batch before their first attempt.
function steps.prepare(s, batch)
  if s.learns and s.p.task_skill_mode == "pre_generate_and_retry" then task_skills.generate(s, batch) end
end

-- One attempt at each entry, side by side, under the library as it is; results in the entries' order.
function steps.solve(s, entries, purpose)
  local library = skill_library.of_files(s.workspace:files())
  local attempts = parallel.map(entries, function(entry)
    local guide = s.p.task_skill_mode ~= "off" and task_skills.of(library, entry.task) or nil
    local tries = task_attempt.tries(entry.task, solving.options(s.p, library, guide))
    return task_attempt.record(tries, { purpose = purpose, task = entry.row, skill = s.library_row,
                                        step = purpose == "loop" and s.cycle or s.evolution })
  end, { limit = s.p.max_workers })
  s.attempts = s.attempts + (purpose == "loop" and #entries or 0)
  return attempts
end

-- The library as it is now, as a version that attempts refer to; nothing when it did not change.
function steps.keep(s)
  local packed = skill_library.packed(s.workspace:files(), solving.settings_of(s.p))
  if packed == s.packed then return end
  s.packed = packed
  s.library_row = record.skill { side = "library", name = "skill-library", text = packed, step = s.evolution }
end

-- What a batch leaves: a row for each task, drafts of what was solved at once.
function steps.finish(s, batch)
  results.finish(s, batch)
  if s.learns then drafts.distil(s, batch) end
  s.step.keep(s)
end

local function unsolved(batch)
  local out = {}
  for _, entry in ipairs(batch) do
    if not entry.solved then out[#out + 1] = entry end
  end
  return out
end

return recipe {
  name = "skillforge",
  doc = "SkillForge: solve, fail, evolve, try again, on tasks in containers; the evolved library is the skill.",
  unit = "task stream",
  uses = { "llm", "container", "workspace" },
  params = params.declared, presets = params.presets, steps = steps, bound = require "skillforge.bound",
  config = require "skillforge.config",
  layout = { skillforge = require "skillforge.layout" },

  run = function(unit, p, step)
    local batches, aside = stream.open(unit, p)
    local s = { workspace = workspace.open { seed = p.seed_workspace }, p = p, step = step, aside = aside,
                evolution = 0, attempts = 0, egl = {}, converged = false, untried = {}, idle = 0,
                learns = not p.retry_without_evolution }
    step.keep(s)
    local done = {}
    for number, batch in ipairs(p.max_cycles > 0 and batches or {}) do
      s.batch = number
      step.prepare(s, batch)
      for cycle = 1, p.max_cycles do
        local entries = unsolved(batch)
        if #entries == 0 then break end
        s.cycle = cycle
        local attempts = step.solve(s, entries, "loop")
        local failures = results.note(s, entries, attempts)
        convergence.judge(s, attempts)
        if s.learns then memory.note(s, attempts) end
        local evolves = s.learns and not (s.converged and p.on_convergence ~= "ignore")
        if evolves and #failures > 0 and cycle < p.max_cycles then step.evolve(s, failures) end
      end
      step.finish(s, batch)
      table.move(batch, 1, #batch, #done + 1, done)
      if s.converged and p.on_convergence == "stop_run" then break end
    end
    results.solved_within(done, p.max_cycles)
    return { skill = s.packed }
  end,
}
