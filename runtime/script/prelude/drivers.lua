-- What the jobs of the wire call. Each is entered from C++ with plain values and returns plain values.
local host, shared = ...

local drivers = {}

local function load_program(module, kind)
  return shared.program_of(host.load(module), module, kind)
end

local function described_params(params)
  local list = json.array {}
  for name, param in pairs(params) do
    local entry = { name = name }
    for key, value in pairs(param) do entry[key] = value end
    list[#list + 1] = entry
  end
  return list
end

local function names_of(t)
  local list = json.array {}
  for name in pairs(t or {}) do list[#list + 1] = name end
  return list
end

function drivers.describe(module)
  local program = load_program(module)
  if program.kind == "experiment" then host.fail(module .. " is an experiment, not a program") end
  local out = {
    kind = program.kind, name = program.name, doc = program.doc, params = described_params(program.params),
    modules = json.array(host.loaded()),
  }
  if program.kind == "converter" then
    out.writes = program.writes
    return out
  end
  if program.kind == "mapper" then
    out.shape = json.array(table.move(program.shape, 1, #program.shape, 1, {}))
    return out
  end
  out.uses = json.array(table.move(program.uses, 1, #program.uses, 1, {}))
  if program.kind == "recipe" then
    out.unit = program.unit
    out.base = program.base
    out.steps = names_of(program.steps)
    out.has_bound = program.bound ~= nil
    out.presets = json.object {}
    for name, values in pairs(program.presets) do out.presets[name] = json.object(values) end
    out.sweep = program.sweep
    out.has_config = program.config ~= nil
    out.layouts = names_of(program.layout)
    out.imports = names_of(program.import)
    out.prompts = json.object {}
    for name, file in pairs(program.prompts) do out.prompts[name] = file end
  end
  return out
end

local function leave(previous, ...)
  host.step(previous)
  return ...
end

-- A named step: its name is on every effect and row made inside it.
local function named(name, step)
  return function(...)
    local previous = host.step(name)
    return leave(previous, step(...))
  end
end

local function run_recipe(program, input, params)
  local steps = {}
  for name, step in pairs(program.steps) do steps[name] = named(name, step) end
  local result = program.run(shared.make_context(input), host.seal(params, "params"), host.seal(steps, "step"))
  if result == nil then return {} end
  if type(result) ~= "table" then
    host.fail("recipe '" .. program.name .. "': run() must return a table such as { skill = text }, got "
      .. type(result))
  end
  return result
end

local function run_evaluator(program, input, params)
  local context = shared.make_context(input.context or {})
  local skill = input.skill
  if skill == "" then skill = nil end
  local p = host.seal(params, "params")
  host.step("attempt")
  host.map(input.items or {}, function(item)
    item.context = context
    return program.attempt(item, skill, p)
  end)
  return { attempted = #(input.items or {}) }
end

function drivers.run(module, input, params, prompts)
  shared.prompts = prompts
  local program = load_program(module)
  host.enable(program.uses or {}, program.kind .. " '" .. program.name .. "'")
  if program.kind == "recipe" then return run_recipe(program, input, params) end
  if program.kind == "evaluator" then return run_evaluator(program, input, params) end
  host.fail(module .. " is a " .. program.kind .. ", which does not run on units")
end

function drivers.bound(module, params, unit)
  local program = load_program(module, "recipe")
  if program.bound == nil then return { calls = -1 } end
  local what = "recipe '" .. program.name .. "': bound()"
  local function checked(calls, where)
    if math.type(calls) ~= "integer" or calls < 0 then
      host.fail(where .. " must return a whole number of calls, got " .. tostring(calls))
    end
    return calls
  end
  local calls = program.bound(host.seal(params, "params"), unit)
  if type(calls) ~= "table" then return { calls = checked(calls, what) } end
  local sum, parts = 0, json.object {}
  for part, n in pairs(calls) do
    parts[part] = checked(n, what .. "." .. tostring(part))
    sum = sum + n
  end
  return { calls = sum, parts = parts }
end

-- A configuration file of the system that a recipe stands for, as parameters and experiment values.
function drivers.config(module, values, given)
  local program = load_program(module, "recipe")
  local what = "recipe '" .. program.name .. "': config()"
  if program.config == nil then host.fail(what .. " is not there: it reads no configuration file") end
  if type(values) ~= "table" then host.fail(what .. ": the file is no table of keys, but a " .. type(values)) end
  local out = program.config(values, given)
  host.args(what, out, { needs = "string?", params = "table?", experiment = "table?", notes = "list?",
                         unknown = "list?", errors = "list?", files = "table?", paths = "string?" })
  if out.paths and out.paths ~= "file" and out.paths ~= "folder" then
    host.fail(what .. ".paths: 'file' or 'folder', got '" .. out.paths .. "'")
  end
  return {
    needs = out.needs, params = json.object(out.params or {}), experiment = json.object(out.experiment or {}),
    notes = json.array(out.notes or {}), unknown = json.array(out.unknown or {}),
    errors = json.array(out.errors or {}), files = json.object(out.files or {}), paths = out.paths or "file",
  }
end

-- Whether a path stays in the folder it is written to, whatever it is made of.
local function stays_inside(path)
  if path == "" or path:find("[%c\\]") then return false end
  for _, part in ipairs(text.split(path, "/")) do
    if part == "" or part == "." or part == ".." then return false end
  end
  return true
end

-- The files of a published system's output tree, from the rows of units.
function drivers.layout(module, name, rows)
  local program = load_program(module, "recipe")
  local what = "recipe '" .. program.name .. "': layout"
  local write = program.layout[name]
  if write == nil then
    host.fail(what .. ": there is no layout '" .. tostring(name) .. "'" .. host.hint(name, names_of(program.layout)))
  end
  local files, seen = write(rows), {}
  what = what .. "." .. name .. "()"
  if type(files) ~= "table" then host.fail(what .. " must return a list of files, got " .. type(files)) end
  for i, file in ipairs(files) do
    host.args(what .. "[" .. i .. "]", file, { path = "string", text = "string" })
    if not stays_inside(file.path) then
      host.fail(what .. "[" .. i .. "]: the path '" .. file.path .. "' leaves the folder")
    end
    if seen[file.path] then host.fail(what .. "[" .. i .. "]: '" .. file.path .. "' is there twice") end
    seen[file.path] = true
  end
  return { files = json.array(files) }
end

-- The rows of units, from the files of a published system's output tree.
function drivers.import(module, name, files)
  local program = load_program(module, "recipe")
  local what = "recipe '" .. program.name .. "': import"
  local read = program.import[name]
  if read == nil then
    host.fail(what .. ": there is no layout '" .. tostring(name) .. "'" .. host.hint(name, names_of(program.import)))
  end
  local out = read(files)
  what = what .. "." .. name .. "()"
  host.args(what, out, { name = "string?", arm = "string?", notes = "list?", units = "list" })
  for i, unit in ipairs(out.units) do
    host.args(what .. ".units[" .. i .. "].unit", unit.unit,
      { id = "string", replicate = "any?", arm = "string?", cluster = "string?", category = "string?", params = "any?",
        context_text = "string?", metadata = "any?" })
  end
  return { name = out.name, arm = out.arm, notes = json.array(out.notes or {}), units = json.array(out.units) }
end

local mapper, mapper_params

function drivers.reader(module, params)
  mapper = load_program(module)
  if mapper.kind ~= "converter" then load_program(module, "mapper") end
  mapper_params = host.seal(params, "params")
  local what = mapper.kind .. " '" .. mapper.name .. "': reader()"
  local spec = mapper.reader(mapper_params)
  if type(spec) ~= "table" or type(spec.kind) ~= "string" then
    host.fail(what .. ' must return a table such as { kind = "documents", path = p.path }')
  end
  local options = json.object {}
  for key, value in pairs(spec) do
    if key ~= "kind" then options[key] = value end
  end
  return { reader = spec.kind, options = options }
end

local UNIT = { id = "string", cluster = "string?", category = "string?", context = "table",
               separation = "string?", tasks = "list?", hints = "list?", metadata = "any?", given = "table?" }
local CONTEXT = { text = "string?", messages = "list?", delimiter = "string?" }
local TASK = { id = "string", split = "string", task = "string", rubrics = "list?", span = "list?",
               span_text = "string?", rubric_spans = "any?", answer = "any?", category = "string?",
               messages = "list?", metadata = "any?", cluster = "string?" }
local SPLITS = { train = true, select = true, report = true }

local function checked_unit(unit)
  local what = "mapper '" .. mapper.name .. "': unit"
  host.args(what, unit, UNIT)
  what = what .. " '" .. unit.id .. "'"
  host.args(what .. ": context", unit.context, CONTEXT)
  if (unit.context.text == nil) == (unit.context.messages == nil) then
    host.fail(what .. ": context has either text or messages")
  end
  for i, task in ipairs(unit.tasks or {}) do
    local where = what .. ": tasks[" .. i .. "]"
    host.args(where, task, TASK)
    if not SPLITS[task.split] then
      host.fail(where .. ".split: unknown '" .. task.split .. "'"
        .. host.hint(task.split, { "report", "select", "train" }))
    end
  end
  return unit
end

local function checked_units(result, what)
  if result == nil then return json.array {} end
  if type(result) ~= "table" then host.fail(what .. " must return a unit, a list of units or nothing") end
  if result.id ~= nil then return { checked_unit(result) } end
  local units = json.array {}
  for i, unit in ipairs(result) do units[i] = checked_unit(unit) end
  return units
end

-- What a converter writes: texts for the output file, or for files of the output folder.
local function checked_texts(list, what)
  for i, entry in ipairs(list or {}) do
    local where = what .. "[" .. i .. "]"
    host.args(where, entry, { path = "string?", text = "string" })
    if (entry.path ~= nil) ~= (mapper.writes == "folder") then
      host.fail(where .. (entry.path and ".path: the output is one file" or ": names no path in the output folder"))
    end
    if entry.path and not stays_inside(entry.path) then
      host.fail(where .. ": the path '" .. entry.path .. "' leaves the folder")
    end
  end
  return json.array(list or {})
end

local BAD = { where = "string", why = "string" }

-- Units, and rows that cannot be used.
local function mapped(where, units, bad)
  local what = mapper.kind .. " '" .. mapper.name .. "': " .. where
  local checked = mapper.kind == "converter" and checked_texts or checked_units
  for i, row in ipairs(bad or {}) do host.args(what .. ": bad row " .. i, row, BAD) end
  return { units = checked(units, what), bad = bad and #bad > 0 and json.array(bad) or nil }
end

function drivers.row(row)
  return mapped("unit()", mapper.unit(row, mapper_params))
end

function drivers.finish()
  if not mapper.finish then return mapped("finish()", nil) end
  return mapped("finish()", mapper.finish(mapper_params))
end

function drivers.experiment(module, file)
  return { value = shared.program_of(host.load(module), file, "experiment").value }
end

shared.drivers = drivers
