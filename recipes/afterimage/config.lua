-- An Afterimage configuration file, as it is, as parameters and experiment values. Every key of the file is
-- used, noted, or reported as unknown: a misspelt one must not pass in silence.
local params = require "afterimage.params"

-- Providers that are called by the same name here.
local SAME = { gemini = true, openai = true, deepseek = true, openrouter = true }

local function join(path, key) return path == "" and tostring(key) or path .. "." .. tostring(key) end

-- Goes through a section: `known[key](value, path)` for keys it knows.
local function read(out, section, path, known)
  if type(section) ~= "table" then
    out.notes[#out.notes + 1] = path .. ": expected a section, so it is left out"
    return
  end
  for key, value in pairs(section) do
    local use = known[key]
    if use then use(value, join(path, key)) else out.unknown[#out.unknown + 1] = join(path, key) end
  end
end

local function unused(out, why)
  return function(_, path) out.notes[#out.notes + 1] = path .. ": " .. why end
end

-- "provider/model" of a model section; what it leaves out comes from `common`.
local function model_name(out, path, given, common)
  local provider = given.provider or common.provider or "gemini"
  local model = given.model_name or given.model or common.model_name or common.model or "gemini-2.0-flash"
  for _, key in ipairs { "api_key_env", "base_url" } do
    if given[key] then
      out.notes[#out.notes + 1] = path .. "." .. key .. ": keys and addresses come from your own configuration "
        .. "or environment, never from a file like this one"
    end
  end
  if SAME[provider] then return provider .. "/" .. model end
  if provider == "local" then
    out.notes[#out.notes + 1] = path .. ".provider: a server of your own is 'compatible' here; its address is "
      .. "OPENAI_COMPATIBLE_BASE_URL or an endpoint of your configuration"
    return "compatible/" .. model
  end
  out.notes[#out.notes + 1] = path .. ".provider: '" .. tostring(provider) .. "' is handed on as it is"
  return tostring(provider) .. "/" .. model
end

local MODEL_KEYS = { provider = true, model_name = true, model = true, api_key_env = true, base_url = true }

local function checked_model(out, value, path)
  if type(value) ~= "table" then return { model_name = tostring(value) } end
  for key in pairs(value) do
    if not MODEL_KEYS[key] then out.unknown[#out.unknown + 1] = join(path, key) end
  end
  return value
end

-- models.<stage>: names are applied in sorted order, the more specific ones last, so that no entry
-- depends on the order of a file.
local function read_stages(out, value, path, common)
  local known = {}
  for name in pairs(params.stages) do known[#known + 1] = name end
  local function apply(wide)
    for name, given in pairs(value) do
      local stages = params.stages[name]
      if stages and (#stages > 1) == wide then
        local where = join(path, name)
        local model = model_name(out, where, checked_model(out, given, where), common)
        for _, stage in ipairs(stages) do out.experiment.models[stage] = model end
      end
    end
  end
  apply(true)
  apply(false)
  for name in pairs(value) do
    if not params.stages[name] then
      local near = text.nearest(tostring(name), known)
      out.unknown[#out.unknown + 1] = join(path, name) .. (near and " (did you mean '" .. near .. "'?)" or "")
    end
  end
end

local function read_skill(out, values, common)
  local function param(name)
    return function(value) out.params[name] = value end
  end
  read(out, values, "skill", {
    iterations = param "iterations",
    probes_per_context = param "probes_per_context",
    bootstrap_when_no_failures = param "bootstrap_when_no_failures",
    use_source_rubrics = function(value)
      out.params.use_source_rubrics = value
      if value == true then out.experiment.data.params.source_rubrics = true end
    end,
    selection = function(value, path)
      read(out, value, path, {
        enabled = function(enabled) out.params.select = enabled == false and "last" or "replay" end,
      })
    end,
    models = function(value, path)
      if type(value) == "table" then return read_stages(out, value, path, common) end
      out.notes[#out.notes + 1] = path .. ": no table of stages, so it is left out"
    end,
    max_contexts = function(value, path)
      out.notes[#out.notes + 1] = path .. ": take the first " .. tostring(value) .. " by --limit " .. tostring(value)
    end,
    output_dir = unused(out, "write the folder by `hone export --layout afterimage`"),
  })
end

local function read_documents(out, values)
  local target = out.experiment.data
  read(out, values, "documents", {
    provider = function(value, path)
      if value == "jsonl" then
        target.mapper = "afterimage"
      elseif value == "directory" or value == "file" then
        target.mapper = "documents"
      else
        out.notes[#out.notes + 1] = path .. ": '" .. tostring(value)
          .. "' cannot be read here; export its documents as JSONL"
      end
    end,
    path = function(value) target.params.path = value end,
    content_key = function(value) target.params.content_key = value end,
    preserve_ids = unused(out, "a row's own id is always kept here"),
    include_metadata = unused(out, "metadata is always read here"),
    collection = unused(out, "belongs to a provider that cannot be read here"),
    url = unused(out, "belongs to a provider that cannot be read here"),
  })
  if target.mapper == "documents" then target.params.content_key = nil end
end

-- Afterimage's own program takes no settings beside its file.
local function refuse_settings(out, overrides)
  local known = {}
  for name in pairs(params.declared) do known[#known + 1] = name end
  for _, setting in ipairs(overrides) do
    local key = setting:match("^[^=]*")
    local near = text.nearest(key, known)
    out.errors[#out.errors + 1] = key .. ": no parameter of afterimage"
      .. (near and "; did you mean '" .. near .. "'?" or "")
  end
end

return function(values, given)
  local out = {
    params = {}, notes = {}, unknown = {}, errors = {}, files = {},
    experiment = { models = {}, data = { mapper = "documents", params = {} } },
  }
  local common = type(values.model) == "table" and values.model or {}
  read(out, values, "", {
    model = function(value, path)
      out.experiment.models.default = model_name(out, path, checked_model(out, value, path), {})
    end,
    skill = function(value) read_skill(out, value, common) end,
    documents = function(value) read_documents(out, value) end,
    respondent = function(value, path)
      read(out, value, path, {
        system_prompt = function(prompt) out.params.respondent = text.trim(prompt) end,
        system_prompt_file = function(file) out.files.respondent = file end,
      })
    end,
    skills = unused(out, "injects skills where answers are generated; here the evaluation does it"),
    generation = unused(out, "has no effect on discovery"),
    context = unused(out, "has no effect on discovery"),
    output = unused(out, "has no effect on discovery"),
    correspondent = unused(out, "has no effect on discovery"),
  })
  refuse_settings(out, given.overrides)
  if not out.experiment.models.default then
    out.experiment.models.default = model_name(out, "model", {}, {})
  end
  return out
end
