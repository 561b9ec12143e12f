-- The stream of tasks of a unit: its order, its batches, and the tasks that are set aside for the gate.
local stream = {}

local function task_of(entry)
  return { id = entry.id, category = entry.category, text = entry.task, metadata = entry.metadata }
end

-- Tasks of the split "select" are the gate's where the data has some; else a share of the others, at least one.
local function set_aside(tasks, p)
  local train, aside = {}, {}
  for _, entry in ipairs(tasks) do table.insert(entry.split == "select" and aside or train, task_of(entry)) end
  if p.gate == "none" then return train, {} end
  if #aside == 0 and #train > 1 then
    local count = math.min(#train - 1, math.max(1, math.floor(#train * p.holdout_ratio)))
    local shuffled = random.shuffle(train)
    local chosen = {}
    for i = 1, count do
      aside[i] = shuffled[i]
      chosen[shuffled[i].id] = true
    end
    local rest = {}
    for _, task in ipairs(train) do
      if not chosen[task.id] then rest[#rest + 1] = task end
    end
    train = rest
  end
  return train, table.move(aside, 1, math.min(#aside, p.gate_tasks), 1, {})
end

-- Records every task; gives the batches, lists of {task, row, cycles = 0, solved = false}, and the gate's tasks.
function stream.open(unit, p)
  local train, aside = set_aside(unit.tasks or {}, p)
  if p.shuffle then train = random.shuffle(train) end
  local function row_of(task, origin)
    return record.task { name = task.id, origin = origin, text = task.text, rubrics = json.array {}, cluster = task.id }
  end
  local batches = {}
  for i, task in ipairs(train) do
    local number = (i - 1) // p.batch_size + 1
    batches[number] = batches[number] or {}
    table.insert(batches[number], { task = task, row = row_of(task, "train"), cycles = 0, solved = false })
  end
  for i, task in ipairs(aside) do aside[i] = { task = task, row = row_of(task, "select") } end
  return batches, aside
end

return stream
