-- Ctx2Skill: learn a skill for a context by self-play on it (arXiv 2604.27660, Algorithm 1).
--
-- A challenger sets tasks with rubrics, a reasoner answers them under its skill, a judge checks every
-- rubric. Failed tasks teach the reasoner's skill, solved ones the challenger's. Of each round the
-- hardest failed and the easiest solved task are kept as probes; in the end all versions of the
-- reasoner's skill are replayed on all probes, and the best one is returned.
--
-- Every step takes the state `s` first: {context, p, step, t, skills = {reasoner, challenger},
-- versions, probes = {hard, easy}}; a skill is {text, id}. A variant replaces steps by name.
local formats = require "hone.formats"
local traces = require "hone.traces"

local tries = 3  -- of one challenger, proposer, generator or judge before its turn is given up

local sees = { answer = {}, task = { "task" }, task_and_context = { "task", "context" } }

local function judged(s, task, answer, draw)
  return judge.rubrics {
    rubrics = task.rubrics, answer = answer, task = task.text, context = s.context:text(),
    sees = sees[s.p.judge_sees], role = "judge", tries = tries, draw = draw,
  }
end

local function answered(s, task, skill_text, draw)
  return llm.chat {
    role = "reasoner", draw = draw,
    messages = s.context:messages { task = task.text, skill = skill_text, position = s.p.skill_position },
  }
end

local function save_skill(s, side, content)
  local document = content ~= "" and skill.parse(content) or {}
  return {
    text = content, step = s.t,
    id = record.skill {
      side = side, step = s.t, text = content,
      name = document.name or "", description = document.description or "",
    },
  }
end

-- The trials that teach a side. Ungraded ones teach nobody.
local function lessons(s, side, solved, failed)
  local p = s.p
  if p.update_policy == "joint" then
    local both = table.move(failed, 1, #failed, 1, {})
    return table.move(solved, 1, #solved, #both + 1, both)
  end
  if p.update_policy == "loser_only" then
    local reasoner_lost = #failed > 0
    if p.loser_rule == "majority" then reasoner_lost = #failed > 0 and #failed >= #solved end
    if (side == "reasoner") ~= reasoner_lost then return {} end
  end
  return side == "reasoner" and failed or solved
end

-- The first trial with the smallest measure.
local function least(trials, measure)
  local best
  for _, trial in ipairs(trials) do
    if not best or measure(trial) < measure(best) then best = trial end
  end
  return best
end

local steps = {}

-- One batch of tasks from the challenger, or nil when no answer of it was usable.
function steps.challenge(s)
  local answer, err = llm.chat {
    role = "challenger", prompt = "challenger", format = formats.tasks, tries = tries,
    vars = {
      context = s.context:text(), skill = traces.skill_block(s.skills.challenger.text),
      count = tostring(s.p.tasks),
    },
    accept = formats.accept_tasks(s.p.tasks),
  }
  if not answer then return nil, err end
  for _, task in ipairs(answer.value) do
    task.id = record.task { origin = "self_play", step = s.t, text = task.text, rubrics = task.rubrics }
  end
  return answer.value
end

-- One trial: the reasoner answers under its skill, the judge checks the rubrics.
function steps.solve(s, task)
  local reply, err = answered(s, task, s.skills.reasoner.text)
  local answer, verdict = reply and reply.text or "", nil
  if reply then verdict, err = judged(s, task, answer) end
  if not verdict then
    verdict = { graded = false, solved = false, status = {}, reasons = {}, n_pass = 0,
                n_rubrics = #task.rubrics, why = err.message }
  end
  record.attempt {
    task = task.id, skill = s.skills.reasoner.id, answer = answer, purpose = "loop", step = s.t,
    verdict = verdict, call = reply and reply.call,
  }
  return { task = task, answer = answer, verdict = verdict }
end

local function evidence(s, side, trials, all)
  local solved = 0
  for _, trial in ipairs(trials) do solved = solved + (trial.verdict.solved and 1 or 0) end
  return {
    context = s.context:text(), skill = traces.skill_block(s.skills[side].text), round = tostring(s.t),
    overview = traces.overview(all), traces = traces.detail(trials),
    solved = tostring(solved), failed = tostring(#trials - solved),
  }
end

-- What a side's skill lacks, from its trials; nil when no answer was usable.
function steps.propose(s, side, trials, all)
  local answer, err = llm.chat {
    role = "proposer", prompt = side .. "_proposer", format = formats.diagnosis, tries = tries,
    vars = evidence(s, side, trials, all), accept = formats.accept_diagnosis,
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

-- The complete new skill of a side; nil when no answer was usable.
function steps.generate(s, side, diagnosis)
  local answer, err = llm.chat {
    role = "generator", prompt = side .. "_generator", format = formats.skill, tries = tries,
    vars = {
      skill = traces.skill_block(s.skills[side].text),
      action = diagnosis.action or "add",
      -- An absent value and JSON's null both mean that there is no skill to merge into.
      target_skill = type(diagnosis.target_skill) == "string" and diagnosis.target_skill or "none",
      skill_name = diagnosis.skill_name, skill_description = diagnosis.skill_description,
      proposed_skill = diagnosis.proposed_skill, justification = diagnosis.justification,
    },
    accept = formats.accept_skill,
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

-- Diagnosis and writing in one call: the ablation "w/o decoupling proposer and generator".
function steps.rewrite(s, side, trials, all)
  local answer, err = llm.chat {
    role = "generator", prompt = side .. "_update", format = formats.skill, tries = tries,
    vars = evidence(s, side, trials, all), accept = formats.accept_skill,
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

-- Improves one side's skill from its lessons. A skill is never lost: on failure the present one stays.
function steps.update(s, side, trials, all)
  local before, content, diagnosis, call = s.skills[side], nil, nil, nil
  if #trials > 0 then
    if s.p.split_proposer_generator then
      diagnosis, call = s.step.propose(s, side, trials, all)
      if diagnosis then content, call = s.step.generate(s, side, diagnosis) end
    else
      content, call = s.step.rewrite(s, side, trials, all)
    end
    if not content then
      log.warn("step " .. s.t .. ": the " .. side .. "'s skill stays as it was: "
        .. (call and call.message or "no usable answer"))
    end
  end
  local after = save_skill(s, side, content or before.text)
  if content then
    record.edit {
      before_skill = before.id, after_skill = after.id, step = s.t, call = call,
      action = diagnosis and diagnosis.action or "replace", proposal = diagnosis or {},
    }
  end
  s.skills[side] = after
end

-- Keeps the failed task with the lowest share of rubrics passed and the solved one with the fewest
-- rubrics; the first of equals.
function steps.probe(s, solved, failed)
  local kept = {
    hard = least(failed, function(trial) return trial.verdict.n_pass / trial.verdict.n_rubrics end),
    easy = least(solved, function(trial) return #trial.task.rubrics end),
  }
  for set, trial in pairs(kept) do
    local id = record.probe { set = set, task = trial.task.id, step = s.t }
    table.insert(s.probes[set],
      { task = trial.task.text, rubrics = trial.task.rubrics, id = id, task_id = trial.task.id })
  end
end

-- Which version of the reasoner's skill is returned.
function steps.select(s)
  local p, index = s.p, #s.versions
  if p.select == "replay" then
    -- Replay has a draw of its own: a fresh answer, yet the same one in every arm that replays it.
    local chosen = replay.select {
      candidates = s.versions,
      probes = {
        hard = p.probe_sets ~= "easy" and s.probes.hard or {},
        easy = p.probe_sets ~= "hard" and s.probes.easy or {},
      },
      answer = function(probe, version)
        local reply, err = answered(s, { text = probe.task }, version.text, "replay")
        if not reply then return nil, err end
        return reply.text
      end,
      judge = function(probe, answer)
        return judged(s, { text = probe.task, rubrics = probe.rubrics }, answer, "replay")
      end,
      smoothing = p.smoothing, empty = p.empty_probe_set,
      combine = p.probe_sets == "both" and p.combine or p.probe_sets,
    }
    return s.versions[chosen.index]
  end
  if p.select == "fixed" then index = math.min(p.fixed_iteration, index) end
  record.selection { rule = p.select, index = index, skill = s.versions[index].id }
  return s.versions[index]
end

return recipe {
  name = "ctx2skill",
  doc = "Self-play between a challenger and a reasoner, with cross-time replay (arXiv 2604.27660).",
  unit = "context",
  uses = { "llm", "judge", "replay" },
  params = {
    iterations = param.int { 5, min = 1, doc = "rounds of self-play" },
    tasks = param.int { 5, min = 1, max = 50, doc = "tasks the challenger sets in a round" },
    challenger_evolves = param.bool { true, doc = "whether the challenger learns a skill too" },
    split_proposer_generator = param.bool { true, doc = "diagnose and write in two calls, not in one" },
    update_policy = param.choice { "both", "loser_only", "joint",
      doc = "both: failed tasks teach the reasoner, solved ones the challenger; loser_only: only the side "
        .. "that lost the round; joint: all tasks teach both sides" },
    loser_rule = param.choice { "majority", "any",
      doc = "with loser_only: the reasoner lost when at least half of the graded tasks failed, or any" },
    select = param.choice { "replay", "last", "fixed", doc = "which iteration's skill is returned" },
    fixed_iteration = param.int { 1, min = 1, doc = "with select = fixed" },
    probe_sets = param.choice { "both", "hard", "easy", doc = "the probes that count in replay" },
    smoothing = param.choice { "n_plus_1", "n_plus_2", "none",
      doc = "(c+1)/(n+1) as the authors' code, (c+1)/(n+2) as Laplace's rule, or c/n" },
    empty_probe_set = param.choice { "one", "zero", "skip", doc = "the factor of a set without probes" },
    combine = param.choice { "product", "sum", doc = "how the two sets' rates make a score" },
    skill_position = param.choice { "append", "prepend", doc = "where the skill stands in the system message" },
    judge_sees = param.choice { "answer", "task", "task_and_context", doc = "beside the rubrics" },
  },
  steps = steps,

  run = function(context, p, step)
    local s = { context = context, p = p, step = step, t = 0, versions = {}, probes = { hard = {}, easy = {} },
                skills = { reasoner = { text = "" }, challenger = { text = "" } } }
    for t = 1, p.iterations do
      s.t = t
      local tasks, err = step.challenge(s)
      if tasks then
        local trials = parallel.map(tasks, function(task) return step.solve(s, task) end)
        local solved, failed = {}, {}
        for _, trial in ipairs(trials) do
          if trial.verdict.graded then table.insert(trial.verdict.solved and solved or failed, trial) end
        end
        record.metric { name = "solved", value = #solved, step = t }
        record.metric { name = "failed", value = #failed, step = t }
        step.update(s, "reasoner", lessons(s, "reasoner", solved, failed), trials)
        if p.challenger_evolves then
          step.update(s, "challenger", lessons(s, "challenger", solved, failed), trials)
        end
        step.probe(s, solved, failed)
      else
        log.warn("step " .. t .. ": no usable tasks (" .. err.message .. "); the skills stay as they were")
        s.skills.reasoner = save_skill(s, "reasoner", s.skills.reasoner.text)
      end
      s.versions[t] = s.skills.reasoner
    end
    return { skill = step.select(s).text }
  end,

  -- Most calls of one context: every retry used, every probe replayed under every version.
  bound = function(p)
    local sides = p.challenger_evolves and 2 or 1
    local update = sides * tries * (p.split_proposer_generator and 2 or 1)
    local round = tries + p.tasks * (1 + tries) + update
    local probes = p.probe_sets == "both" and 2 or 1
    local replays = p.select == "replay" and probes * p.iterations * p.iterations * (1 + tries) or 0
    return p.iterations * round + replays
  end,
}
