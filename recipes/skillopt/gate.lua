-- The gate: measures a candidate on the select split and decides whether it becomes the current skill. What was
-- measured once is not measured again: evaluations are kept by the skill's text.
local benchmarks = require "hone.benchmarks"
local regions = require "skillopt.regions"
local rollout = require "skillopt.rollout"
local versions = require "skillopt.versions"

local gate = {}

local LEADING = "must, always, never, only, critical, important, resolve, prefer, ensure, strict, verify"

-- The share of leading words among the words of a skill, outside protected regions.
function gate.density(content, words)
  local leading, count, found = {}, 0, 0
  for word in (words:find("%S") and words or LEADING):gmatch("[^,]+") do leading[text.trim(word):lower()] = true end
  for _, marks in ipairs(regions.all) do content = regions.without(content, marks) end
  for word in content:gmatch("[a-zA-Z0-9]+") do
    count = count + 1
    if leading[word:lower()] then found = found + 1 end
  end
  return count == 0 and 0.0 or found / count
end

local function metric(p, hard, soft)
  if p.gate_metric == "hard" then return hard end
  if p.gate_metric == "soft" then return soft end
  return (1 - p.gate_mixed_weight) * hard + p.gate_mixed_weight * soft
end

-- The gate's score of a measurement; nil when nothing could be measured.
function gate.score(p, measured, content)
  if not measured.hard then return nil end
  local score = metric(p, measured.hard, measured.soft)
  if not p.use_semantic_density then return score end
  return score + p.semantic_density_weight * gate.density(content, p.leading_words)
end

-- Means of the results that count; without one of those there is no `hard` and no `soft`.
local function means(s, results)
  local out = benchmarks.mean(results, rollout.options(s, {}))
  if out.n == 0 then out.hard, out.soft = nil, nil end
  return out
end

-- Measures a version on the select split: {hard, soft, n, infrastructure, items = {id -> metric}}. `again`: although
-- its text may have been measured before.
function gate.measure(s, version, again)
  return memo((again and "again-" or "selection-") .. versions.hash(version.text), function()
    local all, sums, counts, items = {}, {}, {}, {}
    for _ = 1, s.p.gate_repeats do
      local results = rollout.run(s, s.items.select, version, { phase = "select", seed = s.p.seed })
      for _, result in ipairs(results) do
        all[#all + 1] = result
        if rollout.counts(s, result) then
          local id = result.id
          sums[id] = (sums[id] or 0) + metric(s.p, result.hard or 0, result.soft or 0)
          counts[id] = (counts[id] or 0) + 1
        end
      end
    end
    for id, sum in pairs(sums) do items[id] = sum / counts[id] end
    local measured = means(s, all)
    measured.items, measured.why = items, all[1] and all[1].fail_reason
    return measured
  end)
end

-- Whether the candidate is better by more than luck, over the items that both were measured on.
local function beats(s, measured)
  local current, a, b, clusters = s.step.evaluate(s, s.current), {}, {}, {}
  for _, item in ipairs(s.items.select) do
    if measured.items[item.id] and current.items[item.id] then
      a[#a + 1], b[#b + 1] = measured.items[item.id], current.items[item.id]
      clusters[#clusters + 1] = item.cluster or item.id
    end
  end
  local test = stats.gate { candidate = a, current = b, clusters = clusters, level = s.p.gate_level }
  return test.accept, test
end

-- What happens to a measured candidate: "accept_new_best", "accept", "reject" or "force_accept". Ties lose.
function gate.decide(s, candidate, measured)
  local score, test = candidate.score, nil
  if not s.p.use_gate then return "force_accept" end
  local better = score ~= nil and (s.current.score == nil or score > s.current.score)
  if s.p.gate_rule == "paired_test" and better then better, test = beats(s, measured) end
  if not better then return "reject", test end
  return (s.best.score == nil or score > s.best.score) and "accept_new_best" or "accept", test
end

-- The whole gate: measures, decides, records, and moves current and best. Gives the action and the measurement. A
-- candidate in which nothing changed has the score of the current skill without being measured.
function gate.pass(s, candidate)
  local before = s.current.score
  local unchanged = candidate.text == s.current.text
  local measured = unchanged and {} or s.step.evaluate(s, candidate)
  candidate.score = before
  if not unchanged then candidate.score = gate.score(s.p, measured, candidate.text) end
  local action, test = gate.decide(s, candidate, measured)
  record.gate {
    accepted = action ~= "reject", rule = s.p.use_gate and s.p.gate_rule .. ":" .. s.p.gate_metric or "none",
    skill = candidate.id, step = s.t, scores = {
      action = action, score = candidate.score, current_score = before, best_score = s.best.score, test = test,
      hard = measured.hard, soft = measured.soft, n = measured.n, infrastructure = measured.infrastructure,
    },
  }
  local is_best = action == "accept_new_best"
    or action == "force_accept" and candidate.score and candidate.score > (s.best.score or -1)
  if action ~= "reject" then s.current = candidate end
  if is_best then s.best, s.best_step = candidate, s.t end
  return action, measured
end

-- Measures the skill to start from, which is current and best until something beats it. Where nothing can be measured
-- there is no training, and nothing is spent on one.
function gate.baseline(s)
  local measured = s.step.evaluate(s, s.current)
  s.current.score = gate.score(s.p, measured, s.current.text)
  if not s.current.score then
    error("no item of the select split could be measured, so nothing can be learned: "
      .. (measured.why or "no items"), 0)
  end
  s.best, s.best_step, s.baseline = s.current, 0, measured
end

return gate
