-- The meta skill: the optimizer's notes to itself on how to optimize, written after each epoch and shown to analysts,
-- merges and rankings of the next ones. The target never sees it.
local ask = require "skillopt.ask"
local comparison = require "skillopt.comparison"
local formats = require "skillopt.formats"
local shapes = require "skillopt.shapes"

local meta_skill = {}

function meta_skill.after_epoch(s)
  local result = { action = "skip_first_epoch", epoch = s.epoch }
  if s.epoch > 1 then
    local compared = s.compared or comparison.of_epoch(s)
    local answer = ask.optimizer(s, "meta_skill", {
      prompt = "meta_skill", format = formats.meta_skill,
      vars = {
        previous = ask.skill(s, compared.prev.text), skill = ask.skill(s, compared.curr.text), notes = s.meta,
        comparison = comparison.text(compared.pairs),
      },
      accept = function(said)
        if not shapes.says(said.meta_skill_content) then return nil, "there is no meta_skill_content" end
        return true
      end,
    })
    result.action = answer and "write_meta_skill" or "no_content"
    if answer then
      result.reasoning, result.meta_skill_content = answer.json.reasoning, answer.json.meta_skill_content
      s.meta = text.trim(answer.json.meta_skill_content)
    elseif s.p.meta_skill_without_content == "lost" then
      s.meta = ""
    end
  end
  record.step { name = "meta_skill", action = result.action, epoch = s.epoch, step = s.t, record = result }
end

return meta_skill
