-- Which items a step trains on: shuffles and seeds as the original's (Python's generator), so that batches are the
-- same. Pure.
local batches = {}

local function shuffled(items, seed) return random.mt19937(seed):shuffle(items) end

local function first(items, count) return table.move(items, 1, math.min(count, #items), 1, {}) end

-- Numbers of a run over `n` training items.
function batches.plan(n, p)
  local steps = math.max(1, math.ceil(n / (p.batch_size * p.accumulation)))
  return { steps_per_epoch = steps, total_steps = p.num_epochs * steps, batches_per_epoch = steps * p.accumulation }
end

-- The steps of epoch `e` (from 1): each a list of batches { index (from 0 in the epoch), seed, items }. Only with
-- accumulation can the shuffle be used up; then a batch is drawn anew from all items.
function batches.of_epoch(items, e, p)
  local order, steps = shuffled(items, p.seed + 1000 * e), {}
  for i = 0, batches.plan(#items, p).batches_per_epoch - 1 do
    local seed = p.seed + 1000 * e + i + 1
    local from = i * p.batch_size
    local slice = table.move(order, from + 1, math.min(from + p.batch_size, #order), 1, {})
    if #slice == 0 then slice = first(shuffled(items, seed), p.batch_size) end
    local step = i // p.accumulation + 1
    steps[step] = steps[step] or {}
    table.insert(steps[step], { index = i, seed = seed, items = slice })
  end
  return steps
end

-- The items that two epochs are compared on, and the rest of that shuffle, for topping up.
function batches.comparison(items, e, p)
  local order = shuffled(items, p.seed + 2000 * e)
  local count = math.min(p.slow_update_samples, #order)
  return first(order, count), table.move(order, count + 1, #order, 1, {})
end

-- The first items of the select split, in their order.
function batches.selection(items, count)
  return count == 0 and items or first(items, count)
end

-- Groups of `size`, in an order drawn with `seed`.
function batches.groups(results, seed, size)
  local order, groups = shuffled(results, seed), {}
  for from = 1, #order, size do
    groups[#groups + 1] = table.move(order, from, math.min(from + size - 1, #order), 1, {})
  end
  return groups
end

return batches
