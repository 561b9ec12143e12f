-- Afterimage's context-to-skill discovery: Ctx2Skill's idea as a workflow of stages, with its own rules.
--
-- Each round sets probes, answers and judges them; failures teach the reasoner's skill, successes the
-- challenger's. A proposer may say that a skill should stay; a side that nothing was routed to carries its
-- skill forward. The hardest failure and the easiest success of each round are kept, and in the end every
-- version of the reasoner's skill is replayed on them. A context on which nothing ever failed has no skill,
-- unless bootstrap_when_no_failures writes one.
--
-- Unlike the original: a stage without a usable answer leaves the skill as it is instead of ending the
-- whole batch; a probe that nobody judged teaches nobody; versions of equal text are replayed once.
-- Every step takes the state `s` first: {context, text, p, step, t, skills, versions, kept, solved}.
local params = require "afterimage.params"
local self_play = require "hone.self_play"
local stages = require "afterimage.stages"

local steps = {
  set_probes = stages.set_probes, try = stages.try, propose = stages.propose, generate = stages.generate,
  bootstrap = stages.bootstrap,
}

-- The failure with the lowest share of rubrics passed, then the fewest rubrics; the success with the
-- fewest rubrics. The first of equals.
function steps.keep(s, solved, failed, under)
  local hard = self_play.least(self_play.least(failed, self_play.pass_rate), self_play.rubric_count)[1]
  local easy = self_play.least(solved, self_play.rubric_count)[1]
  if hard then table.insert(s.kept.hard, self_play.probe("hard", hard, s.t, under)) end
  if easy then table.insert(s.kept.easy, self_play.probe("easy", easy, s.t, under)) end
end

local function save(s, side, content, action, proposal, call)
  local before, after = s.skills[side], self_play.save(side, s.t, content)
  record.edit {
    before_skill = before.id, after_skill = after.id, step = s.t, action = action, proposal = proposal, call = call,
  }
  s.skills[side] = after
  if side == "reasoner" then table.insert(s.versions, after) end
end

-- A new version with the same text, and why.
local function carry_forward(s, side, reason)
  if s.skills[side].text ~= "" then
    save(s, side, s.skills[side].text, "carry_forward", { carry_forward_reason = reason })
  end
end

-- One side learns from the trials that were routed to it.
function steps.update(s, side, trials)
  if #trials == 0 then return carry_forward(s, side, "no_" .. side .. "_routed_results") end
  local proposal, call = s.step.propose(s, side, trials)
  if proposal and proposal.action == "keep" and s.skills[side].text ~= "" then
    return carry_forward(s, side, side .. "_proposal_keep")
  end
  local content
  if proposal then content, call = s.step.generate(s, side, proposal) end
  if content then return save(s, side, content, proposal.action, proposal, call) end
  log.warn("step " .. s.t .. ": the " .. side .. "'s skill stays as it was: " .. call.message)
  return carry_forward(s, side, side .. (proposal and "_generation_failed" or "_proposal_failed"))
end

-- Which version is returned.
function steps.select(s)
  local p = s.p
  if p.select == "last" then
    record.selection { rule = "last", index = #s.versions, skill = s.versions[#s.versions].id }
    return s.versions[#s.versions]
  end
  local chosen = replay.select {
    candidates = s.versions, probes = s.kept,
    answer = function(probe, version)
      local reply, err = stages.answer(s, "selector_reasoner", probe.task, version.text, "replay")
      if not reply then return nil, err end
      return reply.text, reply.call
    end,
    judge = function(probe, answer)
      return stages.judge(s, "selector_judge", { text = probe.task, rubrics = probe.rubrics }, answer, "replay")
    end,
    smoothing = p.laplace_smoothing and "n_plus_1" or "none", empty = "one", combine = p.scoring,
    weights = p.scoring == "weighted" and { hard = p.hard_weight, easy = p.easy_weight } or nil,
  }
  return s.versions[chosen.index]
end

return recipe {
  name = "afterimage",
  doc = "Afterimage's context-to-skill discovery: staged self-play, carried versions, replay of kept probes.",
  unit = "context",
  uses = { "llm", "judge", "replay" },
  params = params.declared, presets = params.presets, bound = params.bound, steps = steps,
  config = require "afterimage.config",
  layout = { afterimage = require "afterimage.layout" },

  run = function(context, p, step)
    local s = { context = context, text = stages.visible_context(context, p), p = p, step = step, t = 0,
                versions = {}, kept = { hard = {}, easy = {} }, solved = {},
                skills = { reasoner = { text = "" }, challenger = { text = "" } } }
    for t = 1, p.iterations do
      s.t = t
      local tasks, err = step.set_probes(s)
      if tasks then
        local trials = parallel.map(tasks, function(task) return step.try(s, task) end)
        local solved, failed = self_play.outcomes(trials)
        record.metric { name = "solved", value = #solved, step = t }
        record.metric { name = "failed", value = #failed, step = t }
        step.keep(s, solved, failed, s.skills.reasoner)
        table.move(solved, 1, #solved, #s.solved + 1, s.solved)
        step.update(s, "reasoner", failed)
        step.update(s, "challenger", solved)
      else
        log.warn("step " .. t .. ": no usable probes (" .. err.message .. "); the skills stay as they were")
      end
    end
    if #s.versions == 0 and p.bootstrap_when_no_failures then
      local cases = table.move(s.solved, 1, math.min(#s.solved, p.bootstrap_cases), 1, {})
      local content, call = step.bootstrap(s, cases)
      if content then
        save(s, "reasoner", content, "bootstrap", { generation_reason = "bootstrap_no_failed_probes" }, call)
      end
    end
    if #s.versions == 0 then return {} end
    return { skill = step.select(s).text }
  end,
}
