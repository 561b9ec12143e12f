-- Folders of tasks with an environment, tests and a reference solution, as SkillsBench has them: both layouts, the
-- classic one (task.toml, instruction.md) and the native one (task.md). All tasks of a folder are one unit, a stream:
-- the tasks of the split train are for the recipe to work on, those held out are for the evaluation alone.
--
-- A task's metadata has what a container needs: environment and tests (assets), solution and skills where there
-- are any, limits, agent_timeout_s, verifier_timeout_s, build_timeout_s, verifier_env, difficulty. Where a file says
-- nothing, SkillForge's defaults hold (900 s for solver and verifier, 600 s for the build, 1 CPU) and 2048 MB.
-- No network unless a task asks for it. Values that name a variable of the host (${KEY}) are left out.
local tasks = {}  -- in the order of the reader, which is that of the folders' names

local BYTES = { K = 1 / 1024, M = 1, G = 1024, T = 1024 * 1024 }

-- "4G" in megabytes; numbers are megabytes already.
local function megabytes(value)
  if type(value) == "number" then return math.floor(value) end
  local amount, unit = tostring(value or ""):match("^%s*([%d.]+)%s*([KMGT])")
  return amount and math.max(1, math.floor(tonumber(amount) * BYTES[unit])) or nil
end

local function plain_env(env)
  local out = json.object {}
  for name, value in pairs(type(env) == "table" and env or {}) do
    if type(value) == "string" and not value:find("${", 1, true) then out[name] = value end
  end
  return out
end

local function section(config, name)
  return type(config[name]) == "table" and config[name] or {}
end

local function metadata_of(row)
  local config = row.config
  local about, verifier, agent = section(config, "metadata"), section(config, "verifier"), section(config, "agent")
  local sandbox = config.sandbox and section(config, "sandbox") or section(config, "environment")
  local native = row.format == "task.md"
  return {
    environment = row.environment, tests = row.tests, solution = row.solution, skills = row.skills,
    tests_dir = native and "/verifier" or "/tests", solution_dir = native and "/oracle" or "/solution",
    difficulty = about.difficulty or "unknown",
    limits = {
      cpus = sandbox.cpus or 1, memory_mb = megabytes(sandbox.memory) or megabytes(sandbox.memory_mb) or 2048,
      disk_mb = megabytes(sandbox.storage) or megabytes(sandbox.storage_mb) or 10240,
      network = sandbox.allow_internet == true or sandbox.network_mode == "public",
    },
    build_timeout_s = sandbox.build_timeout_sec or 600, agent_timeout_s = agent.timeout_sec or 900,
    verifier_timeout_s = verifier.timeout_sec or 900, verifier_env = plain_env(verifier.env),
    env = plain_env(sandbox.env), user = agent.user, workdir = sandbox.workdir,
  }
end

local function wanted(task, p)
  return (p.category == "" or task.category == p.category)
    and (p.difficulty == "" or task.metadata.difficulty == p.difficulty)
end

-- Set of the ids that are held out: those named, or a share of each category, at least one where a category has
-- two tasks or more.
local function held_out(list, p)
  local out = {}
  for _, id in ipairs(p.held_out_tasks) do out[id] = true end
  if #p.held_out_tasks > 0 or p.held_out == 0 then return out end
  local by_category = {}
  for _, task in ipairs(list) do
    by_category[task.category] = by_category[task.category] or {}
    table.insert(by_category[task.category], task.id)
  end
  local generator = random.mt19937(p.split_seed)
  for _, ids in pairs(by_category) do
    local shuffled = generator:shuffle(ids)
    local count = math.floor(#ids * p.held_out + 0.5)
    if #ids > 1 then count = math.max(1, math.min(#ids - 1, count)) end
    for i = 1, count do out[shuffled[i]] = true end
  end
  return out
end

local function check_names(out, p)
  local known, names = {}, {}
  for i, task in ipairs(out) do known[task.id], names[i] = true, task.id end
  for _, id in ipairs(p.held_out_tasks) do
    if not known[id] then
      local near = text.nearest(id, names)
      error("held_out_tasks: there is no task '" .. id .. "'" .. (near and " (did you mean '" .. near .. "'?)" or ""))
    end
  end
end

local function description(list)
  local counts, lines = {}, {}
  for _, task in ipairs(list) do counts[task.category] = (counts[task.category] or 0) + 1 end
  for category, count in pairs(counts) do lines[#lines + 1] = "- " .. category .. ": " .. count end
  return #list .. " tasks, each in a container of its own, by category:\n" .. table.concat(lines, "\n")
end

return mapper {
  name = "task_folders",
  doc = "Tasks in containers, SkillsBench's layouts; all tasks of a folder are one unit.",

  params = {
    path = param.list { doc = "the folder with a folder for each task, relative to the experiment file" },
    skip_bad_rows = param.bool { false, doc = "leave out tasks that cannot be used, and say which" },
    name = param.string { "tasks", doc = "the id of the unit" },
    category = param.string { "", doc = "only tasks of this category; empty: all" },
    difficulty = param.string { "", doc = "only tasks of this difficulty; empty: all" },
    limit = param.int { 0, min = 0, doc = "the first tasks of those that are left; 0: all" },
    held_out = param.number { 0.25, min = 0, max = 0.9, doc = "share of each category that the recipe never sees" },
    held_out_tasks = param.list { {}, doc = "ids of the held-out tasks, instead of a share" },
    split_seed = param.int { 42, doc = "of the choice of held-out tasks" },
  },

  reader = function(p) return { kind = "task_folders", path = p.path } end,

  unit = function(row)
    local metadata = metadata_of(row)
    local about = section(row.config, "metadata")
    tasks[#tasks + 1] = {
      id = type(about.id) == "string" and about.id ~= "" and about.id or row.id,
      category = about.category or "unknown", task = text.trim(row.instruction),
      rubrics = json.array {}, metadata = metadata,
    }
  end,

  finish = function(p)
    local list = {}
    for _, task in ipairs(tasks) do
      if wanted(task, p) and (p.limit == 0 or #list < p.limit) then list[#list + 1] = task end
    end
    if #list == 0 then return nil end
    check_names(list, p)
    local out = held_out(list, p)
    local train = 0
    for _, task in ipairs(list) do
      task.split = out[task.id] and "report" or "train"
      train = train + (out[task.id] and 0 or 1)
    end
    return { id = p.name, context = { text = description(list) }, separation = "delimiter", tasks = list,
             metadata = { tasks = train } }
  end,
}
