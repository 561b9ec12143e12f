-- The slow update: after an epoch, guidance from how the skill changed over it, in a region of its own that edits do
-- not touch.
local ask = require "skillopt.ask"
local comparison = require "skillopt.comparison"
local formats = require "skillopt.formats"
local gate = require "skillopt.gate"
local regions = require "skillopt.regions"
local shapes = require "skillopt.shapes"
local versions = require "skillopt.versions"

local slow_update = {}

local function with_guidance(s, content, guidance)
  return versions.changed(s, content, function(rest) return regions.put(rest, regions.slow_update, guidance) end)
end

local function origin_of(s) return ("slow_update_epoch_%02d"):format(s.epoch) end

-- The score of a version that got guidance without passing the gate.
local function rescore(s, version)
  local before = version.score
  if s.p.slow_update_score == "measured" then
    version.score = gate.score(s.p, s.step.evaluate(s, version), version.text) or before
    return
  end
  memo("selection-" .. versions.hash(version.text), function()
    return { hard = before, soft = 0.0, n = 0, infrastructure = 0, items = {} }
  end)
end

-- Without the gate: the skill gets the guidance, whatever it is worth.
local function force(s, guidance)
  local both = s.p.slow_update_target == "current_and_best"
  local same = s.best.text == s.current.text
  s.current = versions.save(s, with_guidance(s, s.current.text, guidance), origin_of(s), s.current.score)
  rescore(s, s.current)
  if both and same then
    s.best = s.current
  elseif both then
    s.best = versions.save(s, with_guidance(s, s.best.text, guidance), origin_of(s), s.best.score)
    rescore(s, s.best)
  end
  return "force_accept"
end

-- The optimizer's guidance, or nil.
local function guidance_of(s, compared)
  local answer = ask.optimizer(s, "slow_update", {
    prompt = "slow_update", format = formats.slow_update,
    vars = {
      previous = ask.skill(s, compared.prev.text), skill = ask.skill(s, compared.curr.text),
      guidance = regions.body(s.current.text, regions.slow_update) or "",
      comparison = comparison.text(compared.pairs),
    },
    accept = function(said)
      if not shapes.says(said.slow_update_content) then return nil, "there is no slow_update_content" end
      return true
    end,
  })
  return answer and answer.json
end

-- The first epoch has nothing to compare with: the region is put there, empty.
local function placeholder(s)
  local origin = ("slow_update_placeholder_epoch_%02d"):format(s.epoch)
  local same = s.best.text == s.current.text
  s.current = versions.save(s, with_guidance(s, s.current.text, ""), origin, s.current.score)
  if same and s.p.slow_update_target == "current_and_best" then s.best = s.current end
  return { action = "inject_placeholder", epoch = s.epoch }
end

function slow_update.after_epoch(s)
  local result = s.epoch == 1 and placeholder(s) or nil
  if not result then
    local compared = comparison.of_epoch(s)
    s.compared = compared
    local said = guidance_of(s, compared)
    result = { action = "no_content", epoch = s.epoch, pairs = comparison.rows(compared.pairs),
               all_pairs = #compared.all > #compared.pairs and comparison.rows(compared.all) or nil }
    if said then
      result.reasoning, result.slow_update_content = said.reasoning, said.slow_update_content
      local guidance = text.trim(said.slow_update_content)
      if s.p.slow_update_gate_with_selection then
        local candidate = versions.save(s, with_guidance(s, s.current.text, guidance), origin_of(s))
        local measured
        result.action, measured = s.step.gate(s, candidate)
        result.selection_hard, result.selection_soft = measured.hard, measured.soft
        result.candidate_hash = versions.hash(candidate.text)
      else
        result.action = force(s, guidance)
        result.candidate_hash = versions.hash(s.current.text)
      end
      result.update_origin, result.update_target = "slow_update_momentum", s.p.slow_update_target
    end
  end
  record.step { name = "slow_update", action = result.action, epoch = s.epoch, step = s.t, skill = s.current.id,
                record = result }
end

return slow_update
