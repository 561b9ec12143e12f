-- Ranking: of more items than the budget allows, the optimizer names the best ones.
local ask = require "skillopt.ask"
local formats = require "skillopt.formats"
local shapes = require "skillopt.shapes"

local ranking = {}

-- The items that the answer names: valid numbers in its order, each once, up to the budget. `zero`: what a budget
-- of 0 keeps; "one" tests the limit after adding, as the released code does.
local function named(pool, listed, budget, zero)
  local out, seen = {}, {}
  for _, index in ipairs(shapes.list(listed)) do
    local at = shapes.whole(index)
    if zero == "none" and #out >= budget then break end
    if at and at >= 0 and at < #pool and not seen[at] then
      seen[at] = true
      out[#out + 1] = pool[at + 1]
    end
    if #out > 0 and #out >= budget then break end
  end
  return out
end

-- The items that are applied, in the order in which they are: all that fit, else those that the ranking names, else
-- the first ones.
function ranking.best(s, pool, budget)
  if #pool <= budget then return pool end
  if budget == 0 and s.p.zero_budget == "none" then return {} end
  local answer = ask.optimizer(s, "ranking", {
    prompt = "ranking", format = formats.ranking,
    vars = {
      meta_skill = ask.meta_skill(s), skill = ask.skill(s), items = ask.numbered(pool), budget = tostring(budget),
    },
  })
  local kept = answer and named(pool, answer.json.selected_indices, budget, s.p.zero_budget) or {}
  if #kept > 0 then return kept, answer.json end
  return table.move(pool, 1, budget, 1, {})
end

return ranking
