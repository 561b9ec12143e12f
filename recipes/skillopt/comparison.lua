-- Two skills on the same training items: what the slow update and the meta skill learn from.
local batches = require "skillopt.batches"
local rollout = require "skillopt.rollout"
local trajectories = require "skillopt.trajectories"

local comparison = {}

local SHOWN = { "regressed", "persistent_fail", "improved", "stable_success" }
local KEPT = {
  mixed = { improved = true, regressed = true, persistent_fail = true, stable_success = true },
  changed = { improved = true, regressed = true },
  unchanged = { persistent_fail = true, stable_success = true },
}

local function outcome(result)
  return {
    hard = result.hard >= 1e-9, soft = result.soft, fail_reason = result.fail_reason,
    predicted_answer = result.predicted_answer or "N/A",
  }
end

local function category(prev, curr)
  if prev.hard == curr.hard then return curr.hard and "stable_success" or "persistent_fail" end
  return curr.hard and "improved" or "regressed"
end

local function pair(item, before, after)
  local prev, curr = outcome(before), outcome(after)
  return {
    id = item.id, task = after.question or after.task_description or item.id, prev = prev, curr = curr,
    category = category(prev, curr), prev_trajectory = before.conversation, curr_trajectory = after.conversation,
  }
end

local function compared(s, items, prev, curr)
  local as = { phase = "train", seed = s.p.seed + 2000 * s.epoch }
  local before, after, pairs_of = rollout.run(s, items, prev, as), rollout.run(s, items, curr, as), {}
  for i, item in ipairs(items) do
    if rollout.counts(s, before[i]) and rollout.counts(s, after[i]) then
      pairs_of[#pairs_of + 1] = pair(item, before[i], after[i])
    end
  end
  return pairs_of
end

local function kept(all, policy)
  local out = {}
  for _, one in ipairs(all) do
    if KEPT[policy][one.category] then out[#out + 1] = one end
  end
  return out
end

-- The pairs of this epoch: {prev, curr, pairs, all}. Policy "changed" tops up, item by item, until as many pairs
-- changed as items were drawn, or there are no items left.
function comparison.of_epoch(s)
  local prev, curr, policy = s.epoch_end, s.current, s.p.longitudinal_pair_policy
  local items, rest = batches.comparison(s.items.train, s.epoch, s.p)
  local all = compared(s, items, prev, curr)
  local chosen = kept(all, policy)
  for _, item in ipairs(policy == "changed" and rest or {}) do
    if #chosen >= #items then break end
    for _, one in ipairs(compared(s, { item }, prev, curr)) do
      all[#all + 1] = one
      if KEPT.changed[one.category] then chosen[#chosen + 1] = one end
    end
  end
  return { prev = prev, curr = curr, pairs = chosen, all = all }
end

local function side_line(name, side)
  return ("%s: %s, soft %.2f, answer: %s%s"):format(name, side.hard and "PASS" or "FAIL", side.soft,
    tostring(side.predicted_answer), not side.hard and side.fail_reason and ", " .. side.fail_reason or "")
end

-- As prompts show it: the counts, then the pairs by category; trajectories but for what both solved.
function comparison.text(pairs_of)
  local by, lines = {}, {}
  for _, name in ipairs(SHOWN) do by[name] = {} end
  for _, one in ipairs(pairs_of) do table.insert(by[one.category], one) end
  for i, name in ipairs(SHOWN) do lines[i] = name .. ": " .. #by[name] end
  for _, name in ipairs(SHOWN) do
    for _, one in ipairs(by[name]) do
      lines[#lines + 1] = '<pair category="' .. name .. '">'
      lines[#lines + 1] = "Task: " .. one.task
      lines[#lines + 1] = side_line("Before", one.prev)
      lines[#lines + 1] = side_line("Now", one.curr)
      if name ~= "stable_success" then
        lines[#lines + 1] = "<before>\n" .. trajectories.conversation(one.prev_trajectory) .. "\n</before>"
        lines[#lines + 1] = "<now>\n" .. trajectories.conversation(one.curr_trajectory) .. "\n</now>"
      end
      lines[#lines + 1] = "</pair>"
    end
  end
  return table.concat(lines, "\n")
end

-- The pairs without trajectories, for a row.
function comparison.rows(pairs_of)
  local out = json.array {}
  for i, one in ipairs(pairs_of) do
    out[i] = { id = one.id, task = one.task, category = one.category, prev = one.prev, curr = one.curr }
  end
  return out
end

return comparison
