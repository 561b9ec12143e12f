-- The five roles of Ctx2Skill: who is asked what, and what each may see. Every function takes the state
-- `s` of a unit (init.lua) first. No prompt of one side shows the other side's skill.
local formats = require "hone.formats"
local self_play = require "hone.self_play"
local traces = require "hone.traces"
local tries = require "ctx2skill.params".tries

local roles = {}

-- The reasoner sees the context as it is, its skill and the task.
function roles.answer(s, task, skill_text, draw)
  return llm.chat {
    role = "reasoner", draw = draw,
    messages = s.context:messages { task = task.text, skill = skill_text, position = s.p.skill_position },
  }
end

-- The judge sees rubrics and answer, and what judge_sees says.
function roles.judge(s, task, answer, draw)
  return judge.rubrics {
    rubrics = task.rubrics, answer = answer, task = task.text, context = s.context:text(),
    sees = self_play.sees[s.p.judge_sees], role = "judge", tries = tries, draw = draw,
  }
end

-- The challenger sees the context and its own skill. Gives a batch of tasks, or nil when no answer of it
-- was usable. Fewer tasks than asked for are a batch too; tasks without rubrics are left out.
function roles.challenge(s)
  local answer, err = llm.chat {
    role = "challenger", prompt = "challenger", format = formats.tasks, tries = tries,
    vars = {
      context = s.context:text(), skill = traces.skill_block(s.skills.challenger.text),
      count = tostring(s.p.tasks),
    },
    accept = formats.accept_tasks(s.p.tasks),
  }
  if not answer then return nil, err end
  return self_play.record_tasks(answer.value, s.t)
end

-- One trial: the reasoner answers under its skill, the judge checks the rubrics.
function roles.solve(s, task)
  return self_play.trial(task, s.skills.reasoner, s.t,
    function() return roles.answer(s, task, s.skills.reasoner.text) end,
    function(answer) return roles.judge(s, task, answer) end)
end

local function shown(s, side)
  local show = s.p.skills_seen == "full" and traces.skill_block or traces.skill_summary
  return show(s.skills[side].text)
end

local function evidence(s, side, trials, all)
  local solved = self_play.outcomes(trials)
  return {
    context = s.context:text(), skill = shown(s, side), round = tostring(s.t),
    overview = traces.overview(all), traces = traces.detail(trials),
    solved = tostring(#solved), failed = tostring(#trials - #solved),
  }
end

-- Where skills grow, a writer is asked for an addition, by a prompt of its own.
local function writing(s, prompt)
  if s.p.skill_store == "append" then return prompt .. "_append", formats.addition end
  return prompt, formats.skill
end

-- The proposer sees the context, an overview of the round, the trials that teach its side, and its side's
-- skill. Gives what that skill lacks; nil when no answer was usable.
function roles.propose(s, side, trials, all)
  local answer, err = llm.chat {
    role = "proposer", prompt = side .. "_proposer", format = formats.diagnosis, tries = tries,
    vars = evidence(s, side, trials, all), accept = formats.accept_diagnosis,
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

-- The generator sees the proposal and its side's skill: neither context nor trials. Gives the new skill
-- (append: the addition) and its call; nil when no answer was usable.
function roles.generate(s, side, diagnosis)
  local prompt, format = writing(s, side .. "_generator")
  local answer, err = llm.chat {
    role = "generator", prompt = prompt, format = format, tries = tries,
    vars = {
      skill = shown(s, side),
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
function roles.rewrite(s, side, trials, all)
  local prompt, format = writing(s, side .. "_update")
  local answer, err = llm.chat {
    role = "generator", prompt = prompt, format = format, tries = tries,
    vars = evidence(s, side, trials, all), accept = formats.accept_skill,
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

return roles
