-- The stages of Afterimage's discovery: who is asked what, and what each may see. Every function takes the
-- state `s` of a unit (init.lua) first. No prompt of one side shows the other side's skill.
local formats = require "hone.formats"
local params = require "afterimage.params"
local self_play = require "hone.self_play"
local traces = require "hone.traces"

local stages = {}

local function sampling(s, role)
  return s.p.send_temperatures and { temperature = params.temperatures[role] } or nil
end

-- The context as every stage sees it.
function stages.visible_context(context, p)
  local whole = context:text()
  local cut = p.context_chars > 0 and utf8.offset(whole, p.context_chars + 1)
  if not cut or cut > #whole then return whole end
  return whole:sub(1, cut - 1) .. "\n\n[Here the context is cut: the rest is not shown.]"
end

local function hints(s)
  local listed = s.p.use_source_rubrics and s.context.hints or nil
  if not listed or #listed == 0 then return "" end
  return "<hints>\n" .. table.concat(listed, "\n") .. "\n</hints>\n"
end

local function ask(s, role, prompt, format, accept, vars)
  vars.context = s.text
  vars.respondent = s.p.respondent
  local answer, err = llm.chat {
    role = role, prompt = prompt, format = format, accept = accept, vars = vars, tries = params.tries,
    sampling = sampling(s, role),
  }
  if not answer then return nil, err end
  return answer.value, answer.call
end

-- The probe generator sees the challenger's skill, never the reasoner's, and the hints when there are any.
function stages.set_probes(s)
  local tasks, err = ask(s, "probe_generator", "probe_generator", formats.tasks,
    formats.accept_tasks(s.p.probes_per_context), {
      skill = traces.skill_block(s.skills.challenger.text), hints = hints(s),
      count = tostring(s.p.probes_per_context),
    })
  if not tasks then return nil, err end
  return self_play.record_tasks(tasks, s.t)
end

-- The reasoner sees the respondent's system prompt, its skill, the context and the task.
function stages.answer(s, role, task_text, skill_text, draw)
  local messages = s.context:messages { task = task_text, skill = skill_text, position = s.p.skill_position }
  if s.p.context_chars > 0 then
    messages = {
      { role = "system", content = traces.skill_block(skill_text) },
      { role = "user", content = { "<context>\n", s.text, "\n</context>\n\n<task>\n", task_text, "\n</task>" } },
    }
  end
  if s.p.respondent ~= "" then
    if messages[1].role ~= "system" then table.insert(messages, 1, { role = "system", content = "" }) end
    local content = messages[1].content
    local parts = type(content) == "table" and content or { content }
    messages[1].content = table.move(parts, 1, #parts, 3, { s.p.respondent, "\n\n" })
  elseif messages[1].content == "" then
    table.remove(messages, 1)
  end
  return llm.chat { role = role, messages = messages, draw = draw, sampling = sampling(s, role) }
end

function stages.judge(s, role, task, answer, draw)
  return judge.rubrics {
    rubrics = task.rubrics, answer = answer, task = task.text, context = s.text,
    sees = self_play.sees[s.p.judge_sees], role = role, tries = params.tries, draw = draw,
  }
end

-- One trial under the reasoner's present skill.
function stages.try(s, task)
  return self_play.trial(task, s.skills.reasoner, s.t,
    function() return stages.answer(s, "reasoner", task.text, s.skills.reasoner.text) end,
    function(answer) return stages.judge(s, "judge", task, answer) end)
end

-- What a side's skill should say, from the trials that were routed to it. It may say: keep.
function stages.propose(s, side, trials)
  return ask(s, side .. "_proposer", side .. "_proposer", formats.proposal, formats.accept_proposal, {
    skill = traces.skill_block(s.skills[side].text), traces = traces.detail(trials),
  })
end

-- The whole new skill of a side, from its present one and the proposal.
function stages.generate(s, side, proposal)
  return ask(s, side .. "_generator", side .. "_generator", formats.skill_parts, formats.accept_skill_parts, {
    skill = traces.skill_block(s.skills[side].text), name = proposal.name, description = proposal.description,
    failure_modes = table.concat(proposal.target_failure_modes, "\n"), guidance = proposal.proposed_guidance,
  })
end

-- A first skill from what went well, where nothing failed.
function stages.bootstrap(s, trials)
  return ask(s, "reasoner_generator", "bootstrap", formats.skill_parts, formats.accept_skill_parts,
    { solved = traces.detail(trials) })
end

return stages
