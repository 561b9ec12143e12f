-- The edit budget of a step: schedules, and the optimizer's own choice.
local ask = require "skillopt.ask"
local formats = require "skillopt.formats"
local history = require "skillopt.history"

local learning_rate = {}

-- To the nearest whole number, halves to the even one, as Python's round.
local function rounded(x)
  local down = math.floor(x)
  local rest = x - down
  if rest > 0.5 or (rest == 0.5 and down % 2 == 1) then down = down + 1 end
  return math.tointeger(down)
end

-- Budget of step t (from 1) of T. Unlike schedule.*, a share t/T of the way has been gone at step t.
function learning_rate.scheduled(mode, t, T, most, least)
  if mode == "autonomous" then return 999 end
  if mode == "constant" or T <= 1 then return most end
  local share = math.min(t, T) / T
  local exact = mode == "linear" and most + (least - most) * share
    or least + 0.5 * (most - least) * (1 + math.cos(math.pi * share))
  return math.max(least, rounded(exact))
end

-- A whole number from what a model wrote: numbers without a fraction, else the first digits of a text; negative
-- ones are 0. nil for anything else.
local function coerced(value)
  if type(value) == "number" then
    local whole = math.tointeger(value)
    return whole and math.max(0, whole)
  end
  local digits = type(value) == "string" and value:match("%-?%d+")
  if not digits then return nil end
  return math.max(0, math.tointeger(tonumber(digits)) or 0)
end

-- The optimizer chooses how many of the merged items are used.
function learning_rate.chosen(s, merged, results)
  local answer, err = ask.optimizer(s, "lr_autonomous", {
    prompt = "lr_autonomous", format = formats.learning_rate,
    vars = {
      skill = ask.skill(s), meta_skill = ask.meta_skill(s), history = history.text(s.history),
      items = ask.numbered(merged.payload), count = #merged.payload, n = results.n,
      hard = ("%.6f"):format(results.hard), soft = ("%.6f"):format(results.soft),
    },
  })
  local said = answer and answer.json or {}
  local raw = coerced(said.learning_rate)
  local budget = math.min(raw or 0, #merged.payload)
  local decision = {
    learning_rate = budget, raw_learning_rate = raw, available_update_items = #merged.payload,
    clamped = raw ~= nil and budget ~= raw, fallback = raw == nil, reasoning = said.reasoning,
    confidence = said.confidence, risk_notes = said.risk_notes, raw_response = answer and answer.text,
    error = err and err.message,
  }
  record.step { name = "lr_decision", step = s.t, epoch = s.epoch, record = decision }
  return budget, decision
end

return learning_rate
