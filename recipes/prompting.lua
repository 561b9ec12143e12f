-- Prompting: the model reads the context once and writes a skill. The simplest baseline of Ctx2Skill.
--
-- And the control that asks whether self-play matters: `best_of` skills, each written from the context alone
-- and read over `passes` - 1 times, of which the same replay chooses the best. The probes come from rounds
-- like those of Ctx2Skill, answered without any skill, so nothing that the tasks show ever reaches a
-- writer. Under the preset `matched` it makes as many calls as Ctx2Skill: 75 and 100 in replay.
local formats = require "hone.formats"
local self_play = require "hone.self_play"
local traces = require "hone.traces"

local TRIES = 3

local params = {
  best_of = param.int { 1, min = 1, max = 100, doc = "skills written; replay chooses when there are several" },
  passes = param.int { 1, min = 1, max = 20,
    doc = "calls for one skill: the first writes it, the others read the context again and write it anew" },
  rounds = param.int { 5, min = 1, doc = "with best_of: rounds of tasks, each of which may give two probes" },
  tasks = param.int { 5, min = 1, max = 50, doc = "with best_of: tasks in a round" },
  smoothing = param.choice { "n_plus_1", "n_plus_2", "none", doc = "as in ctx2skill" },
  empty_probe_set = param.choice { "one", "zero", "skip", doc = "as in ctx2skill" },
  combine = param.choice { "product", "sum", "hard", "easy", doc = "as in ctx2skill" },
  skill_position = param.choice { "prepend", "append", doc = "where the skill stands in the system message" },
  judge_sees = param.choice { "answer", "task", "task_and_context", doc = "beside the rubrics" },
}

local function written(prompt, vars)
  local answer, err = llm.chat {
    role = "generator", prompt = prompt, format = formats.skill, vars = vars, accept = formats.accept_skill,
    tries = TRIES,
  }
  if not answer then return nil, err end
  return answer.value
end

local function answered(s, task_text, skill_text, draw)
  return llm.chat {
    role = "reasoner", draw = draw,
    messages = s.context:messages { task = task_text, skill = skill_text, position = s.p.skill_position },
  }
end

local function judged(s, task, answer, draw)
  return judge.rubrics {
    rubrics = task.rubrics, answer = answer, task = task.text, context = s.context:text(),
    sees = self_play.sees[s.p.judge_sees], role = "judge", tries = TRIES, draw = draw,
  }
end

local steps = {}

-- One skill from the context alone, or nil.
function steps.write(s)
  local content, err = written("write", { context = s.context:text() })
  for pass = 2, content and s.p.passes or 1 do
    content = written("reread", { context = s.context:text(), skill = traces.skill_block(content),
                                  pass = tostring(pass) }) or content
  end
  if not content then log.warn("no usable skill: " .. err.message) end
  return content
end

-- Probes as Ctx2Skill keeps them, of tasks that were answered without a skill.
function steps.probe(s, t)
  local answer, err = llm.chat {
    role = "challenger", prompt = "challenger", format = formats.tasks, tries = TRIES,
    vars = { context = s.context:text(), skill = "", count = tostring(s.p.tasks) },
    accept = formats.accept_tasks(s.p.tasks),
  }
  if not answer then return log.warn("round " .. t .. ": no usable tasks (" .. err.message .. ")") end
  local trials = parallel.map(self_play.record_tasks(answer.value, t), function(task)
    return self_play.trial(task, {}, t,
      function() return answered(s, task.text, "") end,
      function(reply) return judged(s, task, reply) end)
  end)
  local solved, failed = self_play.outcomes(trials)
  for set, kept in pairs { hard = self_play.least(failed, self_play.pass_rate)[1],
                           easy = self_play.least(solved, self_play.rubric_count)[1] } do
    table.insert(s.probes[set], self_play.probe(set, kept, t, { text = "" }))
  end
end

function steps.select(s)
  local chosen = replay.select {
    candidates = s.versions, probes = s.probes,
    answer = function(probe, version)
      local reply, err = answered(s, probe.task, version.text, "replay")
      if not reply then return nil, err end
      return reply.text, reply.call
    end,
    judge = function(probe, answer)
      return judged(s, { text = probe.task, rubrics = probe.rubrics }, answer, "replay")
    end,
    smoothing = s.p.smoothing, empty = s.p.empty_probe_set, combine = s.p.combine,
  }
  return s.versions[chosen.index]
end

return recipe {
  name = "prompting",
  doc = "One pass over the context writes a skill; or the best of several by replay on probes.",
  unit = "context",
  uses = { "llm", "judge", "replay" },
  params = params,
  presets = {
    one_pass = {},
    matched = { best_of = 5, passes = 4, rounds = 5, tasks = 5 },
  },
  steps = steps,

  run = function(context, p, step)
    local s = { context = context, p = p, step = step, versions = {}, probes = { hard = {}, easy = {} } }
    local numbers = {}
    for i = 1, p.best_of do numbers[i] = i end
    for i, content in ipairs(parallel.map(numbers, function() return step.write(s) end)) do
      if content then table.insert(s.versions, self_play.save("reasoner", i, content)) end
    end
    if #s.versions == 0 then return {} end
    if p.best_of == 1 then return { skill = s.versions[1].text } end
    for t = 1, p.rounds do step.probe(s, t) end
    return { skill = step.select(s).text }
  end,

  bound = function(p)
    local writes = p.best_of * p.passes
    if p.best_of == 1 then return { loop = writes, retries = (TRIES - 1) * writes } end
    local trials = p.rounds * p.tasks
    local replays = p.best_of * p.rounds * math.min(2, p.tasks)
    return {
      loop = writes + p.rounds + 2 * trials,
      replay = 2 * replays,
      retries = (TRIES - 1) * (writes + p.rounds + trials + replays),
    }
  end,
}
