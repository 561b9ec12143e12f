-- A configuration of SkillOpt (its YAML files, flat and structured, built on each other, and options of the command
-- line) as parameters and experiment values. Every key is used, noted where it is set to something that has no effect
-- here, or an error that names the nearest one.
local benchmarks = require "hone.benchmarks"
local keys = require "skillopt.keys"
local layers = require "skillopt.layers"
local models = require "skillopt.models"

local OPEN = { openai_compatible = true, compat = true, openai = true }

local CHECKS = {
  string = function(v) return type(v) == "string" and v or (type(v) == "number" and tostring(v)) or nil end,
  int = function(v) return math.tointeger(v) end,
  number = function(v) return type(v) == "number" and math.abs(v) < math.huge and v or nil end,
  bool = function(v) if type(v) == "boolean" then return v end end,
  any = function(v) return v end,
  -- A list, or text with commas.
  words = function(v) return type(v) == "table" and table.concat(v, ", ") or type(v) == "string" and v or nil end,
}

local function nearest(name, names)
  local near = text.nearest(name, names)
  return near and "; did you mean '" .. near .. "'?" or ""
end

-- The value of a key as its type; nil and the problem otherwise.
local function checked(key, value, from)
  if key.type ~= "choice" then
    local out = CHECKS[key.type](value)
    if out == nil then return nil, from .. ": expected " .. key.type .. ", got " .. tostring(value) end
    return out
  end
  local said = type(value) == "string" and value or tostring(value)
  if key.folds then said = text.trim(said):lower() end
  said = key.aliases and key.aliases[said] or said
  for _, legal in ipairs(key.legal) do
    if said == legal then return said end
  end
  return nil, from .. ": '" .. said .. "' is not one of " .. table.concat(key.legal, ", ") .. nearest(said, key.legal)
end

-- All names that a key could have had, in the notation of `from`.
local function names_like(from)
  local out, is_flat = {}, not from:find("%.")
  for _, key in ipairs(keys.list) do out[#out + 1] = is_flat and key.flat or key.dotted end
  for _, names in ipairs { keys.of_benchmarks, benchmarks.all_params() } do
    for name in pairs(names) do out[#out + 1] = is_flat and name or "env." .. name end
  end
  return out
end

-- A key that the trainer does not know: it may be its benchmark's.
local function of_benchmark(out, name, entry, b)
  local declared = b and { b.params or {}, b.load.params or {} } or {}
  for _, params in ipairs(declared) do
    if params[name] then
      out.experiment.data.params[name] = entry.value
      return
    end
  end
  local known = keys.of_benchmarks[name]
  if known == "param" then
    out.params[name] = entry.value
  elseif known then
    table.insert(out.notes, entry.from .. ": no effect here: " .. known)
  elseif benchmarks.all_params()[name] or keys.by_flat[name] then
    if keys.by_flat[name] and entry.value == keys.by_flat[name].default then return end
    table.insert(out.notes, entry.from .. ": no effect: " .. (b and b.name or "no benchmark") .. " has no such setting")
  else
    table.insert(out.errors, entry.from .. ": unknown key" .. nearest(entry.from, names_like(entry.from)))
  end
end

local function use(out, key, value, from, chosen)
  if key.param then out.params[key.flat] = value end
  if key.data then out.experiment.data.params[key.data] = value end
  if key.param or key.data then return end
  if key.role then chosen[key.flat] = value
  elseif key.file then
    if value ~= "" then out.files[key.flat] = value end
  elseif key.place then
    if value ~= "" and value ~= key.default and not key.flat:find("auth_mode$") then
      table.insert(out.notes, from .. ": keys and addresses come from your own configuration or environment, never "
        .. "from a file like this one")
    end
    chosen[key.flat] = value
  elseif value ~= key.default then
    table.insert(out.notes, from .. ": no effect here: " .. key.note)
  end
end

-- Tells whether an option of the command line named the key.
local function is_explicit(overrides, key)
  for _, given in ipairs(overrides) do
    local name = text.trim(given:match("^[^=]*"))
    if name == key.flat or name == key.dotted then return true end
  end
  return false
end

local function choose_models(out, chosen, overrides)
  local backend = chosen.model_backend or keys.by_flat.model_backend.default
  if not models.is_backend(backend) then
    table.insert(out.errors, "model.backend: there is no backend '" .. backend .. "'"
      .. nearest(backend, models.backends()))
    return
  end
  for i, role in ipairs { "optimizer", "target" } do
    local of_role = models.of_role(backend, chosen[role .. "_backend"], i)
    local key = keys.by_flat[role .. "_model"]
    local model = chosen[key.flat] or key.default
    if of_role == "copilot_chat" and (chosen["copilot_chat_" .. role .. "_model"] or "") ~= "" then
      model = chosen["copilot_chat_" .. role .. "_model"]
    elseif of_role == "minimax_chat" and chosen.minimax_model then
      model = chosen.minimax_model
    end
    local mode = chosen[role .. "_azure_openai_auth_mode"] or ""
    if mode == "" then mode = chosen.azure_openai_auth_mode or "" end
    local name = models.named(of_role, model, is_explicit(overrides, key), OPEN[mode])
    if name then
      out.experiment.models[role] = name
    else
      table.insert(out.errors, "model." .. role .. "_backend: there is no backend '" .. of_role .. "'")
    end
  end
end

-- Keys that no file sets have the code's defaults, where those differ from the shipped base file's.
local function code_defaults(out, flat)
  for _, key in ipairs(keys.list) do
    if key.code ~= nil and flat[key.flat] == nil then
      out.params[key.flat] = key.code
      table.insert(out.notes, key.dotted .. ": no file sets it, so it is " .. tostring(key.code)
        .. ", the code's default; the shipped base file says " .. json.encode(key.default))
    end
  end
end

return function(values, given)
  given = given or { layers = { { file = "the file", values = values } }, overrides = {} }
  local joined = layers.joined(given.layers)
  if joined.needs then return { needs = joined.needs } end
  local out = {
    params = { start = "blank" }, notes = {}, errors = {}, files = {}, paths = "folder",
    experiment = { models = {}, data = { mapper = "benchmark", params = {} }, evaluate = { with = "benchmark" } },
  }
  if joined.error then
    out.errors[1] = joined.error
    return out
  end
  local all, problems = layers.overridden(joined.values, given.overrides)
  table.move(problems, 1, #problems, 1, out.errors)
  local flat, chosen = layers.flat(all), {}
  local env = flat.env and flat.env.value
  local b = nil
  if type(env) == "string" and text.nearest(env, benchmarks.names()) == env then b = benchmarks.get(env) end
  if not b then
    table.insert(out.errors, "env.name: there is no benchmark '" .. tostring(env or "") .. "'"
      .. nearest(tostring(env or ""), benchmarks.names()))
  end
  for name, entry in pairs(flat) do
    local key = keys.by_flat[name]
    if json.is_null(entry.value) then
      -- null takes the base's value away: the default holds.
      flat[name] = nil
    elseif not key or key.benchmark then
      of_benchmark(out, name, entry, b)
    else
      local value, problem = checked(key, entry.value, entry.from)
      if problem then table.insert(out.errors, problem) else use(out, key, value, entry.from, chosen) end
    end
  end
  if out.files.skill_init then out.params.start = nil end
  out.experiment.data.params.split_mode = out.experiment.data.params.split_mode or "ratio"
  if #given.layers > 0 then code_defaults(out, flat) end
  choose_models(out, chosen, given.overrides)
  out.experiment.models.default = out.experiment.models.target
  return out
end
