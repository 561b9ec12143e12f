-- recipe, extend, evaluator, mapper, experiment, data: values that files return, checked where they are written.
local host, shared = ...

-- Marks of what a constructor made; compared by identity, so that nothing else passes for it.
local programs, data_made, sweeps_made = {}, {}, {}

local function label(kind, t)
  if type(t) == "table" and type(t.name) == "string" then return kind .. " '" .. t.name .. "'" end
  return kind
end

local function sorted_names(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  return names
end

host.define("modules", { below = host.modules_below })

-- Presets: named sets of values of the recipe's own parameters. Bounds are the engine's to check.
local function checked_presets(what, presets, params)
  if params.preset then
    host.fail(what .. ": params.preset: the name is taken, it is the setting that applies a preset")
  end
  for name, values in pairs(presets or {}) do
    local where = what .. ": presets." .. tostring(name)
    if type(name) ~= "string" or type(values) ~= "table" then
      host.fail(where .. " must be a table of parameter values")
    end
    for key in pairs(values) do
      if params[key] == nil then
        host.fail(where .. "." .. tostring(key) .. ": unknown parameter"
          .. host.hint(tostring(key), sorted_names(params)))
      end
    end
  end
  return presets or {}
end

-- A sweep: what to try for the recipe's own parameters, each a list or a range.
local function checked_sweep(what, sweep, params)
  for key, values in pairs(sweep or {}) do
    local where = what .. ": sweep." .. tostring(key)
    if params and params[key] == nil then
      host.fail(where .. ": unknown parameter" .. host.hint(tostring(key), sorted_names(params)))
    end
    if type(values) ~= "table" or (not sweeps_made[values] and #values == 0) then
      host.fail(where .. " must be a list of values, uniform(low, high) or log_uniform(low, high)")
    end
  end
  return sweep
end

local function checked_uses(what, uses)
  for i, name in ipairs(uses or {}) do
    local known = host.capabilities()
    local found = false
    for _, one in ipairs(known) do found = found or one == name end
    if not found then
      host.fail(what .. ": uses[" .. i .. "]: there is no capability '" .. tostring(name) .. "'"
        .. host.hint(tostring(name), known))
    end
  end
  return uses or {}
end

local function checked_steps(what, steps)
  for name, step in pairs(steps or {}) do
    if type(name) ~= "string" or type(step) ~= "function" then
      host.fail(what .. ": steps." .. tostring(name) .. " must be a function, got " .. type(step))
    end
  end
  return steps or {}
end

local function checked_prompts(what, prompts)
  for name, file in pairs(prompts or {}) do
    if type(name) ~= "string" or type(file) ~= "string" then
      host.fail(what .. ": prompts." .. tostring(name) .. " must be a file name")
    end
  end
  return prompts or {}
end

-- What a recipe that stands for a published system reads and writes of that system's files.
local function checked_layouts(what, layouts, of)
  for name, fn in pairs(layouts or {}) do
    if type(name) ~= "string" or type(fn) ~= "function" then
      host.fail(what .. "." .. tostring(name) .. " must be a function of " .. of .. ", got " .. type(fn))
    end
  end
  return layouts or {}
end

local function program(value)
  programs[value] = true
  return value
end

-- == recipe and extend ==

host.define("recipe", function(t)
  local what = label("recipe", t)
  host.args(what, t, {
    name = "string", doc = "string?", unit = "string?", uses = "list?", params = "table?",
    steps = "table?", run = "function", bound = "function?", prompts = "table?", presets = "table?",
    config = "function?", layout = "table?", import = "table?", sweep = "table?",
  })
  local params = shared.checked_params(what, t.params)
  return program {
    kind = "recipe", name = t.name, doc = t.doc, unit = t.unit or "context",
    uses = checked_uses(what, t.uses), params = params, presets = checked_presets(what, t.presets, params),
    steps = checked_steps(what, t.steps), prompts = checked_prompts(what, t.prompts), run = t.run,
    bound = t.bound, config = t.config, layout = checked_layouts(what .. ": layout", t.layout, "rows"),
    import = checked_layouts(what .. ": import", t.import, "files"),
    sweep = checked_sweep(what, t.sweep, params),
  }
end)

local function union(a, b)
  local out, seen = {}, {}
  for _, list in ipairs { a, b } do
    for _, name in ipairs(list) do
      if not seen[name] then out[#out + 1] = name end
      seen[name] = true
    end
  end
  return out
end

local function overlay(a, b)
  local out = {}
  for key, value in pairs(a) do out[key] = value end
  for key, value in pairs(b) do out[key] = value end
  return out
end

host.define("extend", function(base_name)
  if type(base_name) ~= "string" then
    host.fail('extend: name the base recipe, as in extend "ctx2skill" { ... }')
  end
  return function(t)
    local what = label("extend '" .. base_name .. "'", t)
    host.args(what, t, {
      name = "string", doc = "string?", uses = "list?", params = "table?", steps = "table?",
      prompts = "table?", bound = "function?", presets = "table?", sweep = "table?",
    })
    local base = host.load("recipes." .. base_name)
    if type(base) ~= "table" or not programs[base] or base.kind ~= "recipe" then
      host.fail(what .. ": recipes." .. base_name .. " is no recipe")
    end
    local steps = overlay(base.steps, {})
    for name, step in pairs(checked_steps(what, t.steps)) do
      local inner = base.steps[name]
      if inner == nil then
        host.fail(what .. ": steps." .. name .. ": the base has no such step"
          .. host.hint(name, sorted_names(base.steps)))
      end
      steps[name] = function(...) return step(inner, ...) end
    end
    local params = overlay(base.params, shared.checked_params(what, t.params))
    return program {
      kind = "recipe", name = t.name, doc = t.doc or base.doc, unit = base.unit, base = base_name,
      uses = union(base.uses, checked_uses(what, t.uses)), params = params,
      presets = overlay(base.presets, checked_presets(what, t.presets, params)),
      prompts = overlay(base.prompts, checked_prompts(what, t.prompts)), steps = steps, run = base.run,
      bound = t.bound and function(p, unit) return t.bound(p, unit, base.bound) end or base.bound,
      config = base.config, layout = base.layout, import = base.import,
      sweep = checked_sweep(what, t.sweep, params) or base.sweep,
    }
  end
end)

-- == evaluator and mapper ==

host.define("evaluator", function(t)
  local what = label("evaluator", t)
  host.args(what, t, { name = "string", doc = "string?", uses = "list?", params = "table?",
                       attempt = "function" })
  return program { kind = "evaluator", name = t.name, doc = t.doc, uses = checked_uses(what, t.uses),
                   params = shared.checked_params(what, t.params), attempt = t.attempt }
end)

host.define("mapper", function(t)
  local what = label("mapper", t)
  host.args(what, t, { name = "string", doc = "string?", params = "table?", shape = "list?",
                       reader = "function", unit = "function", finish = "function?" })
  return program { kind = "mapper", name = t.name, doc = t.doc, params = shared.checked_params(what, t.params),
                   shape = t.shape or {}, reader = t.reader, unit = t.unit, finish = t.finish }
end)

host.define("converter", function(t)
  local what = label("converter", t)
  host.args(what, t, { name = "string", doc = "string?", params = "table?", writes = "string",
                       reader = "function", row = "function", finish = "function?" })
  if t.writes ~= "file" and t.writes ~= "folder" then
    host.fail(what .. ": writes must be 'file' or 'folder', got '" .. t.writes .. "'")
  end
  if t.params and t.params.path then host.fail(what .. ": params.path: the name is taken, it is the input") end
  return program { kind = "converter", name = t.name, doc = t.doc, params = shared.checked_params(what, t.params),
                   writes = t.writes, reader = t.reader, unit = t.row, finish = t.finish }
end)

-- == experiment, data and ranges ==

local data = setmetatable({}, {
  __index = function(_, name)
    return function(a)
      if a ~= nil and type(a) ~= "table" then
        host.fail("data." .. tostring(name) .. ": expected a table of parameters, got " .. type(a))
      end
      a = a or {}
      local value = { params = {} }
      for key, one in pairs(a) do value.params[key] = one end
      if name == "file" then
        value.file = value.params[1]
        value.params[1] = nil
        if type(value.file) ~= "string" then
          host.fail('data.file: name the mapper file first, as in data.file { "my_mapper.lua", ... }')
        end
      else
        value.mapper = name
      end
      data_made[value] = true
      return value
    end
  end,
  __newindex = function() host.fail("'data' is read-only") end,
  __metatable = false,
})
shared.data = data

local function range(distribution)
  return function(low, high)
    if type(low) ~= "number" or type(high) ~= "number" or low >= high then
      host.fail(distribution .. ": expected two numbers, the smaller one first")
    end
    if distribution == "log_uniform" and low <= 0 then
      host.fail("log_uniform: both numbers must be above 0")
    end
    local value = { distribution = distribution, min = low, max = high }
    sweeps_made[value] = true
    return value
  end
end
host.define("uniform", range("uniform"))
host.define("log_uniform", range("log_uniform"))

-- { "Name", key = value, ... } as {name, settings}.
local function named(where, t, what, example)
  if type(t) ~= "table" then host.fail(where .. " must be a table, got " .. type(t)) end
  if type(t[1]) ~= "string" then
    host.fail(where .. ": " .. what .. " first entry is its name, as in " .. example)
  end
  local settings = json.object {}
  for key, value in pairs(t) do
    if type(key) == "string" then
      settings[key] = value
    elseif key ~= 1 then
      host.fail(where .. ": one name, then named settings")
    end
  end
  return { name = t[1], settings = settings }
end

local SIDES = {
  models = { "a model's", '{ "GPT-4.1", default = "openai/gpt-4.1-2025-04-14" }' },
  slices = { "a slice's", '{ "Rules", category = "Rule System Application" }' },
}

local function matrix(t)
  host.args("experiment: matrix", t, { models = "list?", slices = "list?" })
  local out = {}
  for side, words in pairs(SIDES) do
    if t[side] then
      out[side] = json.array {}
      for i, one in ipairs(t[side]) do
        out[side][i] = named("experiment: matrix." .. side .. "[" .. i .. "]", one, words[1], words[2])
      end
    end
  end
  return json.object(out)
end

-- Names that have an error of their own in the engine pass through.
local EXPERIMENT = {
  name = "string", doc = "string?", data = "table?", models = "any?", seeds = "list?", base = "table?",
  arms = "list?", matrix = "table?", replicates = "any?", where = "list?", evaluate = "table?", table = "table?",
  budget = "table?", epoch = "any?", prompts = "table?", sweep = "table?", search = "any?", sets = "table?",
  on_interruption = "any?", endpoints = "any?", base_url = "any?", key_env = "any?",
}

-- The fields of an experiment, or of one of its sets, with arms and matrix in their named form.
local function experiment_values(what, t)
  local value = json.object {}
  for key, one in pairs(t) do value[key] = one end
  if type(t.data) == "table" and not data_made[t.data] then
    host.fail(what .. ": data must be made by a mapper, as in data.documents { path = \"folder\" }")
  end
  if t.arms then
    value.arms = json.array {}
    for i, one in ipairs(t.arms) do
      value.arms[i] = named(what .. ": arms[" .. i .. "]", one, "an arm's",
        '{ "Base model", recipe = "no_skill" }')
    end
  end
  if t.matrix then value.matrix = matrix(t.matrix) end
  checked_sweep(what, t.sweep)
  return value
end

-- A set has the fields of an experiment, of which none is needed; data may be the name of a set.
local SET = overlay(EXPERIMENT, { name = "string?", data = "any?" })
SET.sets = nil

host.define("experiment", function(t)
  host.args(label("experiment", t), t, EXPERIMENT)
  local value = experiment_values("experiment", t)
  if t.sets then value.sets = json.object {} end
  for field, sets in pairs(t.sets or {}) do
    local where = "experiment: sets." .. tostring(field)
    if type(sets) ~= "table" then host.fail(where .. " must be a table of sets, got " .. type(sets)) end
    value.sets[field] = json.object {}
    for name, fields in pairs(sets) do
      local what = where .. "." .. tostring(name)
      host.args(what, fields, SET)
      value.sets[field][name] = experiment_values(what, fields)
    end
  end
  return program { kind = "experiment", name = t.name, value = value }
end)

local function with_article(kind)
  return (kind:find("^[aeiou]") and "an " or "a ") .. kind
end

function shared.program_of(value, module, kind)
  if type(value) ~= "table" or not programs[value] then
    host.fail(module .. " must return " .. (kind or "recipe") .. " { ... }, it returns a " .. type(value))
  end
  if kind and value.kind ~= kind then
    host.fail(module .. " returns " .. with_article(value.kind) .. ", not " .. with_article(kind))
  end
  return value
end
