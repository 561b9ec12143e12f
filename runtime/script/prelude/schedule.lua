-- schedule.*: numbers that follow a step count. Pure.
local host = ...

local function position(what, a)
  host.args(what, a, { from = "number", to = "number", step = "integer", steps = "integer" })
  if a.steps < 2 then return 0.0 end
  local x = (a.step - 1) / (a.steps - 1)
  return math.max(0.0, math.min(1.0, x))
end

host.define("schedule", {
  linear = function(a)
    local x = position("schedule.linear", a)
    return a.from + (a.to - a.from) * x
  end,
  cosine = function(a)
    local x = position("schedule.cosine", a)
    return a.to + (a.from - a.to) * (1 + math.cos(math.pi * x)) / 2
  end,
})
