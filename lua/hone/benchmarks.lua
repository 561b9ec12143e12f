-- Benchmarks: what is asked, how a model under a skill answers, and how the answer is scored. Hone's own are
-- lua/hone/benchmarks/*.lua, yours are benchmarks/*.lua of the project; `hone new benchmark NAME` writes one.
-- A file returns a table:
--
--   name, doc       the name is the file's
--   uses            capabilities that the rollout needs: { "llm" }, { "llm", "container" }, { "llm", "search" }
--   params          param.* by name: what rollout and score get as `p`
--   load            { item = function(row, p, where) -> item | nil, why      one row of the data as an item
--                     params = { ... }                                        what `item` gets as `p` beside `params`
--                     fields = { "question", ... }                            a row without one of these is a bad row
--                     files = function(p) -> list }                           files that rows name, as assets: the
--                                                                             option `files` of data/item_reader.h
--                   item = { id, question, answer, task_type?, cluster?, and whatever else the rollout needs };
--                   `answer`, any value, is what `score` alone may see
--   initial_skill   the skill to start from (not the same arm as no skill)
--   most_calls      function(p) -> calls of one rollout at most (default 1)
--   prompts         { analyst_error?, analyst_success? }: what an optimizer should know about this benchmark
--   rollout         function(item, skill_text, p, run) -> trace | nil, err
--                   the item has no answer; trace = { response, conversation, n_turns, target_system_prompt?,
--                   target_user_prompt?, call? (key of the deciding one), failure? (why there is no answer), ... };
--                   turns of the conversation: { role, content }, { type = "tool_call", cmd, obs } or
--                   { step, action, env_feedback, reasoning? }; nil and err are for infrastructure alone: a
--                   failed call, a broken container. A wrong or missing answer is a trace.
--   score           function(item, trace, p) -> { hard, soft, fail_reason?, predicted_answer?, report? } | nil, err
--                   the item has its answer; `report` says what was right, and is added to the conversation of
--                   training items only; nil and err are for infrastructure alone
--
-- run = { role = "target", phase = "train"|"select"|"report", purpose = "loop"|"report", seed, step, workers,
-- feedback (training), skill (row id of the skill), infrastructure_as_wrong }. A benchmark with a parameter
-- gold_feedback that is true gets run.check(trace) in training: what score says of a trace before the rollout ends.
local benchmarks = {}

local OWN, USERS = "hone.benchmarks", "benchmarks"

local FIELDS = {
  name = "string", doc = "string", uses = "table", params = "table", load = "table", initial_skill = "string",
  prompts = "table", most_calls = "function", rollout = "function", score = "function",
}
local OPTIONAL = { prompts = true, most_calls = true, params = true, doc = true }

-- Names that the mapper "benchmark" takes for itself.
local TAKEN = {
  name = true, split_mode = true, split_dir = true, data_path = true, split_ratio = true, split_seed = true,
  limit = true, skip_bad_rows = true,
}

local function hint(name, names)
  local near = text.nearest(name, names)
  return near and "; did you mean '" .. near .. "'?" or ""
end

local function keys_of(t)
  local out = {}
  for key in pairs(t) do out[#out + 1] = key end
  return out
end

-- Parameters that every benchmark has.
local COMMON = {
  reasoning_effort = param.string { "", doc = "of the target where it has no tools; empty: the model's own" },
}

-- A table of the registry, or an error that names the file's module.
local function checked(module, b)
  local function fail(problem) error("benchmark '" .. module .. "': " .. problem, 0) end
  if type(b) ~= "table" then fail("the file must return a table, it returns a " .. type(b)) end
  for field in pairs(b) do
    if not FIELDS[field] then fail("unknown field '" .. field .. "'" .. hint(field, keys_of(FIELDS))) end
  end
  for field, expected in pairs(FIELDS) do
    local got = type(b[field])
    if got ~= expected and not (got == "nil" and OPTIONAL[field]) then
      fail(field .. " must be a " .. expected .. ", got " .. got)
    end
  end
  if module:match("[^.]+$") ~= b.name then fail("it is named '" .. b.name .. "', but its file is not") end
  if type(b.load.item) ~= "function" then fail("load.item must be a function") end
  b.params = b.params or {}
  for name, one in pairs(COMMON) do b.params[name] = b.params[name] or one end
  for _, params in ipairs { b.params or {}, b.load.params or {} } do
    for name, value in pairs(params) do
      if type(value) ~= "table" or not value.type then fail("params." .. name .. " must be made by param.*") end
      if TAKEN[name] then fail("params." .. name .. ": the name is taken by data.benchmark") end
    end
  end
  return b
end

local known = {}
for _, folder in ipairs { OWN, USERS } do
  for _, module in ipairs(modules.below(folder)) do
    local b = checked(module, require(module))
    known[b.name] = b
  end
end

---@return string[] names, sorted
function benchmarks.names() return keys_of(known) end

function benchmarks.get(name)
  local b = known[name]
  if not b then
    error("there is no benchmark '" .. tostring(name) .. "'" .. hint(tostring(name), benchmarks.names())
      .. " (benchmarks/NAME.lua adds one)", 2)
  end
  return b
end

-- What a program must be allowed to run any benchmark: the capabilities in `more`, and those of all benchmarks.
function benchmarks.capabilities(more)
  local out, seen = {}, {}
  local function add(list)
    for _, capability in ipairs(list) do
      if not seen[capability] then out[#out + 1] = capability end
      seen[capability] = true
    end
  end
  add(more)
  for _, b in pairs(known) do add(b.uses) end
  return out
end

-- Calls that one rollout makes at most.
function benchmarks.most_calls(b, p) return b.most_calls and b.most_calls(p) or 1 end

-- == parameters ==

local CHECKS = {
  int = function(v) return math.type(v) == "integer", "a whole number" end,
  number = function(v) return type(v) == "number", "a number" end,
  bool = function(v) return type(v) == "boolean", "true or false" end,
  string = function(v) return type(v) == "string", "a text" end,
  list = function(v) return type(v) == "table", "a list" end,
  any = function() return true, "a value" end,
}

local function checked_value(where, declared, value)
  if declared.type == "choice" then
    for _, choice in ipairs(declared.choices) do
      if choice == value then return value end
    end
    error(where .. ": '" .. tostring(value) .. "' is not one of " .. table.concat(declared.choices, ", ")
      .. hint(tostring(value), declared.choices), 0)
  end
  if declared.type == "list" and type(value) ~= "table" then value = { value } end
  local ok, expected = CHECKS[declared.type](value)
  if not ok then error(where .. ": expected " .. expected .. ", got " .. tostring(value), 0) end
  if declared.min and value < declared.min then error(where .. ": " .. value .. " is below the minimum", 0) end
  if declared.max and value > declared.max then error(where .. ": " .. value .. " is above the maximum", 0) end
  return value
end

local function resolved(b, declared, given, out)
  for name, one in pairs(declared or {}) do
    local value = given[name]
    if value == nil or json.is_null(value) then value = one.default end
    if value == nil then error("data." .. name .. " is required: " .. tostring(one.doc), 0) end
    out[name] = checked_value("benchmark '" .. b.name .. "': " .. name, one, value)
  end
  return out
end

-- Parameters of rollout and score: those of `given` that the benchmark declares, and its defaults.
function benchmarks.params(b, given) return resolved(b, b.params, given or {}, {}) end

-- Those and the ones of load.
function benchmarks.load_params(b, given)
  return resolved(b, (b.load or {}).params, given or {}, benchmarks.params(b, given))
end

-- Every parameter that some benchmark declares, for a program that knows the benchmark only when it runs: name ->
-- { owners = { benchmark names }, doc }.
function benchmarks.all_params()
  local out = {}
  for name, b in pairs(known) do
    for _, params in ipairs { b.params or {}, b.load.params or {} } do
      for key, one in pairs(params) do
        out[key] = out[key] or { owners = {}, doc = one.doc }
        table.insert(out[key].owners, name)
      end
    end
  end
  return out
end

-- == items ==

-- What load.item returned, as a task of a unit.
function benchmarks.task(item, split)
  local metadata = {}
  for key, value in pairs(item) do
    if key ~= "id" and key ~= "question" and key ~= "answer" and key ~= "task_type" and key ~= "cluster" then
      metadata[key] = value
    end
  end
  return { id = item.id, split = split, task = item.question, answer = item.answer, category = item.task_type,
           cluster = item.cluster or item.id, metadata = json.object(metadata) }
end

-- The benchmark that a unit's data is of (data.benchmark), and its parameters.
function benchmarks.of(unit)
  local said = json.decode(unit:text())
  if type(said) ~= "table" or type(said.benchmark) ~= "string" then
    error("the data is no benchmark's: use data = data.benchmark { name = \"...\" }", 2)
  end
  local b = benchmarks.get(said.benchmark)
  return b, benchmarks.params(b, said.params)
end

-- The tasks of one split, in the order of the data.
function benchmarks.split(unit, split)
  local out = {}
  for _, task in ipairs(unit.tasks or {}) do
    if task.split == split then out[#out + 1] = task end
  end
  return out
end

-- A task as rollout sees it, and as score does.
local function shown(task, with_answer)
  local item = { id = task.id, question = task.task, task_type = task.category, cluster = task.cluster }
  for key, value in pairs(task.metadata or {}) do item[key] = value end
  if with_answer then item.answer = task.answer end
  return item
end

-- == running ==

local function class_of(reason)
  return reason and text.trim((reason:match("^[^:]*"))) or nil
end

local function result_of(task, trace, verdict)
  return {
    id = task.id, question = task.task, task_description = task.task, task_type = task.category or "",
    hard = verdict.hard, soft = verdict.soft, fail_reason = verdict.fail_reason,
    predicted_answer = verdict.predicted_answer, response = trace.response or "", n_turns = trace.n_turns or 1,
    conversation = trace.conversation or {}, agent_ok = trace.failure == nil,
    target_system_prompt = trace.target_system_prompt, target_user_prompt = trace.target_user_prompt,
    spreadsheet_preview = trace.spreadsheet_preview, infrastructure = trace.infrastructure or false,
    call = trace.call,
  }
end

local function with_check(b, task, p, run)
  if not (run.feedback and p.gold_feedback) then return run end
  local out = {}
  for key, value in pairs(run) do out[key] = value end
  function out.check(trace) return (b.score(shown(task, true), trace, p)) end
  return out
end

-- Trace and verdict of one item; where infrastructure failed, a trace that says so and a verdict of nothing.
local function trace_and_verdict(b, task, skill_text, p, run)
  local trace, err = b.rollout(shown(task), skill_text, p, with_check(b, task, p, run))
  local verdict
  if trace then verdict, err = b.score(shown(task, true), trace, p) end
  if verdict then return trace, verdict end
  trace = trace or { conversation = {} }
  trace.infrastructure, trace.failure = true, err.message
  return trace, { hard = 0, soft = 0, fail_reason = "infrastructure: " .. err.message }
end

-- One item under a skill: rollout, score, rows. A result has the fields of SkillOpt's records.
function benchmarks.attempt(b, task, skill_text, p, run)
  local row = memo("task " .. task.id, function()
    return record.task { name = task.id, origin = run.phase or task.split, text = task.task, rubrics = {},
                         cluster = task.cluster }
  end)
  local trace, verdict = trace_and_verdict(b, task, skill_text, p, run)
  if verdict.report and task.split == "train" then
    table.insert(trace.conversation, { role = "system", content = verdict.report })
  end
  local graded = not trace.infrastructure or run.infrastructure_as_wrong or false
  local solved = graded and verdict.hard >= 1
  record.attempt {
    task = row, purpose = run.purpose or "loop", step = run.step, skill = run.skill, answer = trace.response or "",
    verdict = { graded = graded, solved = solved, n_pass = solved and 1 or 0, n_rubrics = 1,
                status = json.array {}, reasons = json.array {}, why = not graded and trace.failure or nil },
    score = graded and verdict.soft or nil, failure_class = not solved and class_of(verdict.fail_reason) or nil,
    infrastructure = trace.infrastructure, call = trace.call,
  }
  return result_of(task, trace, verdict)
end

-- All items, side by side; results in their order.
function benchmarks.run(b, tasks, skill_text, p, run)
  return parallel.map(tasks, function(task)
    return benchmarks.attempt(b, task, skill_text, p, run)
  end, { limit = run.workers or 16 })
end

-- Means over what was measured: { hard, soft, n, infrastructure }. Failures of the infrastructure are left out,
-- unless run.infrastructure_as_wrong counted them as wrong.
function benchmarks.mean(results, run)
  local hard, soft, n = 0.0, 0.0, 0
  for _, one in ipairs(results) do
    if not one.infrastructure or (run or {}).infrastructure_as_wrong then
      hard, soft, n = hard + one.hard, soft + one.soft, n + 1
    end
  end
  if n == 0 then return { hard = 0.0, soft = 0.0, n = 0, infrastructure = #results } end
  return { hard = hard / n, soft = soft / n, n = n, infrastructure = #results - n }
end

return benchmarks
