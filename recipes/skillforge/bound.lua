-- The most calls a stream of tasks can make, by part. The number of tasks is a field of the data (task_folders);
-- without it nothing can be said.
local PROFILE_TURNS = { terminus2 = 512, terminus2_legacy = 64, strands = 200 }
local IDLE_REPLIES = 40       -- replies that are no turn, of the terminus profiles
local MESSAGES_A_SUMMARY = 110  -- a conversation that is told in short grows by so many again before the next time
local TRIES = 2               -- of a completion that writes a skill

local function with_summaries(turns, manages)
  return turns + (manages and 2 * turns // MESSAGES_A_SUMMARY or 0)
end

-- Calls of one attempt.
local function solving(p)
  if p.solver == "exec" then return 1 end
  if p.solver ~= "agent" then return 0 end
  local turns = p.max_turns > 0 and p.max_turns or PROFILE_TURNS[p.native_profile]
  local replies = turns + (p.native_profile == "strands" and 0 or IDLE_REPLIES)
  local chooses = (p.skill_select_limit > 0 and p.skill_select == "semantic") and 1 or 0
  return with_summaries(replies, p.native_profile ~= "terminus2_legacy") + chooses
end

return function(p, unit)
  local n = (unit.fields or {}).tasks or 0
  local each, learns = solving(p), not p.retry_without_evolution and p.max_cycles > 0
  local batches = (n + p.batch_size - 1) // p.batch_size
  local passes = learns and math.max(0, p.max_cycles - 1) * (p.evolve_trigger == "task" and n or batches) or 0
  local guides = 0
  if learns and p.task_skill_mode ~= "off" then
    guides = n * math.max(0, p.max_cycles - 1) + (p.task_skill_mode == "pre_generate_and_retry" and n or 0)
  end
  local drafts = (learns and p.success_mode ~= "off") and 2 * n or 0
  local out = {
    solve = n * p.max_cycles * each,
    evolve = passes * with_summaries(p.evolver_max_turns, true),
    gate = p.gate == "holdout" and passes > 0 and (passes + 1) * p.gate_tasks * each or 0,
    -- Every skill that is there may have grown too long in every pass.
    write = guides + drafts + (p.distill and passes * (8 + p.max_skills * passes) or 0),
  }
  out.retries = p.retry_max * (out.solve + out.gate) + (TRIES - 1) * out.write
  for part, calls in pairs(out) do
    if calls == 0 then out[part] = nil end
  end
  return out
end
