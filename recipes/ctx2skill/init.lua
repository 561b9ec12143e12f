-- Ctx2Skill: learn a skill for a context by self-play on it (arXiv 2604.27660, Algorithm 1).
--
-- A challenger sets tasks with rubrics, a reasoner answers them under its skill, a judge checks every
-- rubric. Failed tasks teach the reasoner's skill, solved ones the challenger's. Of each round the
-- hardest failed and the easiest solved task are kept as probes; in the end all versions of the
-- reasoner's skill are replayed on all probes, and the best one is returned.
--
-- Every step takes the state `s` first: {context, p, step, t, skills = {reasoner, challenger},
-- versions, probes = {hard, easy}}; a skill is {text, id}. A variant replaces steps by name. What the roles
-- see is in roles.lua; every published variant is a parameter, in params.lua.
local params = require "ctx2skill.params"
local roles = require "ctx2skill.roles"
local self_play = require "hone.self_play"

local steps = {
  challenge = roles.challenge, solve = roles.solve,
  propose = roles.propose, generate = roles.generate, rewrite = roles.rewrite,
}

-- The trials that teach a side. Ungraded ones teach nobody.
local function lessons(s, side, solved, failed)
  if s.p.update_policy == "joint" then
    local both = table.move(failed, 1, #failed, 1, {})
    return table.move(solved, 1, #solved, #both + 1, both)
  end
  if s.p.update_policy == "loser_only" then
    local reasoner_lost = #failed > 0 and (s.p.loser_rule == "any" or #failed >= #solved)
    if (side == "reasoner") ~= reasoner_lost then return {} end
  end
  return side == "reasoner" and failed or solved
end

-- What becomes of a side's skill when its generator has written.
function steps.store(s, side, written)
  local before = s.skills[side].text
  if s.p.skill_store == "replace" or before == "" then return written end
  local addition = skill.parse(written)
  return text.trim(before) .. "\n\n## Round " .. s.t .. " Update\n\n**" .. addition.name .. "**: "
    .. addition.description .. "\n\n" .. text.trim(addition.body) .. "\n"
end

-- Improves one side's skill from its lessons. A skill is never lost: on failure the present one stays.
function steps.update(s, side, trials, all)
  local before, written, diagnosis, call = s.skills[side], nil, nil, nil
  if #trials > 0 and s.p.split_proposer_generator then
    diagnosis, call = s.step.propose(s, side, trials, all)
    if diagnosis then written, call = s.step.generate(s, side, diagnosis) end
  elseif #trials > 0 then
    written, call = s.step.rewrite(s, side, trials, all)
  end
  if #trials > 0 and not written then
    log.warn("step " .. s.t .. ": the " .. side .. "'s skill stays as it was: "
      .. (call and call.message or "no usable answer"))
  end
  local after = self_play.save(side, s.t, written and s.step.store(s, side, written) or before.text)
  if written then
    record.edit {
      before_skill = before.id, after_skill = after.id, step = s.t, call = call,
      action = diagnosis and diagnosis.action or s.p.skill_store, proposal = diagnosis or {},
    }
  end
  s.skills[side] = after
end

-- Keeps the failed task with the lowest share of rubrics passed, the first of equals, and the solved one
-- with the fewest rubrics. `under` is the skill that the round was answered with.
function steps.probe(s, solved, failed, under)
  local easiest = self_play.least(solved, self_play.rubric_count)
  local draw = s.p.easy_ties == "random" and #easiest > 1 and random.int(1, #easiest) or 1
  local kept = { easy = easiest[draw], hard = self_play.least(failed, self_play.pass_rate)[1] }
  for set, trial in pairs(kept) do
    table.insert(s.probes[set], self_play.probe(set, trial, s.t, under))
  end
end

-- Which version of the reasoner's skill is returned.
function steps.select(s)
  local p, index = s.p, #s.versions
  if p.select == "replay" then
    local function reused(probe, version) return p.replay_reuse and version.text == probe.under end
    -- Replay has a draw of its own: a fresh answer, yet the same one in every arm that replays it.
    index = replay.select {
      candidates = s.versions,
      probes = {
        hard = p.probe_sets ~= "easy" and s.probes.hard or {},
        easy = p.probe_sets ~= "hard" and s.probes.easy or {},
      },
      answer = function(probe, version)
        if reused(probe, version) then return probe.answer end
        local reply, err = roles.answer(s, { text = probe.task }, version.text, "replay")
        if not reply then return nil, err end
        return reply.text, reply.call
      end,
      judge = function(probe, answer, version)
        if reused(probe, version) then return probe.verdict end
        return roles.judge(s, { text = probe.task, rubrics = probe.rubrics }, answer, "replay")
      end,
      smoothing = p.smoothing, empty = p.empty_probe_set,
      combine = p.probe_sets == "both" and p.combine or p.probe_sets,
    }.index
  else
    if p.select == "fixed" then index = math.min(p.fixed_iteration, index) end
    record.selection { rule = p.select, index = index, skill = s.versions[index].id }
  end
  return s.versions[index]
end

return recipe {
  name = "ctx2skill",
  doc = "Self-play between a challenger and a reasoner, with cross-time replay (arXiv 2604.27660).",
  unit = "context",
  uses = { "llm", "judge", "replay" },
  params = params.declared, presets = params.presets, bound = params.bound, steps = steps,
  layout = { ctx2skill = require "ctx2skill.layout" },

  run = function(context, p, step)
    local s = { context = context, p = p, step = step, t = 0, versions = {}, probes = { hard = {}, easy = {} },
                skills = { reasoner = { text = "" }, challenger = { text = "" } } }
    for t = 1, p.iterations do
      s.t = t
      local tasks, err = step.challenge(s)
      if tasks then
        local under = s.skills.reasoner
        local trials = parallel.map(tasks, function(task) return step.solve(s, task) end)
        local solved, failed = self_play.outcomes(trials)
        record.metric { name = "solved", value = #solved, step = t }
        record.metric { name = "failed", value = #failed, step = t }
        step.update(s, "reasoner", lessons(s, "reasoner", solved, failed), trials)
        if p.challenger_evolves then
          step.update(s, "challenger", lessons(s, "challenger", solved, failed), trials)
        end
        step.probe(s, solved, failed, under)
      else
        log.warn("step " .. t .. ": no usable tasks (" .. err.message .. "); the skills stay as they were")
        s.skills.reasoner = self_play.save("reasoner", t, s.skills.reasoner.text)
      end
      s.versions[t] = s.skills.reasoner
    end
    return { skill = step.select(s).text }
  end,
}
