-- Aggregation: the patches of a step become one. Failures and successes are merged apart, level by level, and then
-- with each other. A patch is {payload, reasoning, level}.
local ask = require "skillopt.ask"
local formats = require "skillopt.formats"
local params = require "skillopt.params"
local shapes = require "skillopt.shapes"

local aggregate = {}

-- Where a merge gives nothing usable: everything, in its order.
local function concatenated(group, level)
  local payload = {}
  for _, patch in ipairs(group) do
    for _, item in ipairs(patch.payload) do
      if level and shapes.is_object(item) then item.merge_level = item.merge_level or level end
      payload[#payload + 1] = item
    end
  end
  return { payload = payload, reasoning = "fallback concatenation", level = level }
end

local function all_objects(listed)
  for _, item in ipairs(shapes.list(listed)) do
    if not shapes.is_object(item) then return false end
  end
  return shapes.is_list(listed)
end

-- One merging call. `level` is absent in the last one, of failures and successes.
function aggregate.merge(s, group, level, intro)
  local mode, shown = formats.mode(s.p), {}
  for i, patch in ipairs(group) do
    shown[i] = { reasoning = patch.reasoning, [mode.key] = json.array(patch.payload) }
  end
  local full = s.p.skill_update_mode == "full_rewrite_minibatch"
  local answer = ask.optimizer(s, "merge", {
    prompt = "merge" .. mode.suffix, format = mode.merge,
    max_tokens = full and params.max_tokens.full_rewrite or nil,
    vars = {
      meta_skill = ask.meta_skill(s), skill = ask.skill(s), patches = json.encode(json.array(shown)),
      count = tostring(#group), level = intro or ("These patches are of level " .. level .. "."),
    },
    accept = function(said)
      if not all_objects(said[mode.key]) then return nil, "there is no list of " .. mode.key end
      return true
    end,
  })
  if not answer then return concatenated(group, level) end
  local payload = shapes.list(answer.json[mode.key])
  for _, item in ipairs(level and payload or {}) do item.merge_level = level end
  return { payload = payload, reasoning = answer.json.reasoning, level = level }
end

local function of_side(patches, side)
  local out = {}
  for _, patch in ipairs(patches) do
    if patch.side == side then
      out[#out + 1] = { payload = patch.payload, reasoning = patch.reasoning, level = 0 }
    end
  end
  return out
end

-- A remainder of one passes through a level unchanged, so a group's level is one above its highest.
local function merged_side(s, patches)
  return tree_reduce(patches, s.p.merge_batch_size, function(group)
    local level = 0
    for _, patch in ipairs(group) do level = math.max(level, patch.level) end
    return s.step.merge(s, group, level + 1)
  end)
end

-- All patches of a step as one.
function aggregate.all(s, patches)
  local sides, counts = {}, {}
  for _, side in ipairs { "failure", "success" } do
    local own = of_side(patches, side)
    counts[side] = #own
    sides[side] = merged_side(s, own) or { payload = {} }
  end
  if #sides.success.payload == 0 then return sides.failure end
  if #sides.failure.payload == 0 then return sides.success end
  return s.step.merge(s, { sides.failure, sides.success }, nil,
    ("The first is merged from %d patches of failures and comes first where they disagree; the second from %d of "
      .. "successes."):format(counts.failure, counts.success))
end

return aggregate
