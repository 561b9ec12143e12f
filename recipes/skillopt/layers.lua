-- SkillOpt's configuration files, one upon the other, and what is set on the command line, as one flat table. The rules
-- of its loader, repaired where it drops the whole section env (a flat twin that is a section's name).
local keys = require "skillopt.keys"

local layers = {}

local IS_SECTION = {}
for _, name in ipairs(keys.sections) do IS_SECTION[name] = true end

local function is_mapping(value) return type(value) == "table" and not json.is_null(value) and #value == 0 end

-- Structured: at least one section is there as a mapping.
local function is_structured(values)
  for _, name in ipairs(keys.sections) do
    if is_mapping(values[name]) then return true end
  end
  return false
end

local function without_aliases(values)
  local out = {}
  for key, value in pairs(values) do out[key] = value end
  for canonical, names in pairs(keys.aliases) do
    for _, name in ipairs(names) do
      if out[name] ~= nil and out[canonical] == nil then out[canonical] = out[name] end
      out[name] = nil
    end
  end
  return out
end

-- A layer by itself: aliases under their own names, and no flat twin beside a structured key.
local function normalised(values)
  local out = without_aliases(values)
  for _, section in ipairs(keys.sections) do
    if is_mapping(out[section]) then out[section] = without_aliases(out[section]) end
  end
  for _, key in ipairs(keys.list) do
    local section = out[key.section]
    if is_mapping(section) and section[key.name] ~= nil and not IS_SECTION[key.flat] then out[key.flat] = nil end
  end
  return out
end

local function merged(base, child)
  local out = {}
  for key, value in pairs(base) do out[key] = value end
  for key, value in pairs(child) do
    local both = is_mapping(value) and is_mapping(out[key])
    out[key] = both and merged(out[key], value) or value
  end
  return out
end

local function defines(values, key)
  local section = values[key.section]
  if is_mapping(section) and section[key.name] ~= nil then return true end
  return values[key.flat] ~= nil and not is_mapping(values[key.flat])
end

-- A child on its base: what it sets in either notation is gone from the base in both.
local function on_base(base, child)
  local out = merged({}, base)
  for _, key in ipairs(keys.list) do
    if defines(child, key) then
      if is_mapping(out[key.section]) then
        out[key.section] = merged({}, out[key.section])
        out[key.section][key.name] = nil
      end
      if not is_mapping(out[key.flat]) then out[key.flat] = nil end
    end
  end
  return merged(out, child)
end

-- The files as one table: {values}, {needs = path} for one more of them, or {error}. `files` are the nearest first.
function layers.joined(files)
  local chain = {}
  for i, layer in ipairs(files) do
    local values = {}
    for key, value in pairs(layer.values) do values[key] = value end
    local base = values._base_
    values._base_ = nil
    chain[i] = normalised(values)
    if json.is_null(base) then base = nil end
    if base ~= nil and (type(base) ~= "string" or base == "") then
      return { error = layer.file .. ": _base_ must be one path, as text" }
    end
    if base and not files[i + 1] then return { needs = base } end
  end
  local values = {}
  for i = #chain, 1, -1 do values = on_base(values, chain[i]) end
  return { values = values }
end

-- A value of the command line: true and false, whole numbers, numbers, else text.
function layers.typed(value)
  local bare = text.trim(value)
  local low = bare:lower()
  if value:lower() == "true" or value:lower() == "yes" then return true end
  if value:lower() == "false" or value:lower() == "no" then return false end
  if re.find(bare, "^[+-]?[0-9]+(_[0-9]+)*$") then
    local whole = math.tointeger(tonumber((bare:gsub("[_+]", ""))))
    if whole then return whole end
  end
  if re.find(bare, "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$") then
    return tonumber((bare:gsub("^%+", ""))) + 0.0
  end
  local sign, name = low:match("^([+-]?)(%a+)$")
  if name == "inf" or name == "infinity" then return sign == "-" and -math.huge or math.huge end
  return value
end

local function put(values, section, name, value)
  if not is_mapping(values[section]) then values[section] = {} end
  values[section][name] = value
end

-- One "key=value" onto the values; the problem when there is no "=".
local function override(values, structured, given)
  local name, raw = given:match("^([^=]*)=(.*)$")
  if not name then return "'" .. given .. "': an option is key=value" end
  name = text.trim(name)
  local value = layers.typed(raw)
  local section, rest = name:match("^([^.]+)%.(.+)$")
  local dotted, flat = keys.by_dotted[name], keys.by_flat[name]
  if structured then
    if section then put(values, section, rest, value)
    elseif flat then put(values, flat.section, flat.name, value)
    else values[name] = value end
  elseif dotted then values[dotted.flat] = value
  elseif section == "env" then values[rest] = value
  elseif section then put(values, section, rest, value)
  else values[name] = value end
  return nil
end

-- The values with the overrides put on them: values, problems. Whether a file is structured is asked once, before.
function layers.overridden(values, overrides)
  local out, structured, problems = merged({}, values), is_structured(values), {}
  for _, given in ipairs(overrides) do problems[#problems + 1] = override(out, structured, given) end
  return out, problems
end

-- {flat name -> {value, from}}: structured values over flat ones; keys of env that are no settings of the trainer
-- under their own names; `from` is the key as it was written.
function layers.flat(values)
  local out = {}
  for key, value in pairs(values) do
    if not (IS_SECTION[key] and is_mapping(value)) then out[key] = { value = value, from = key } end
  end
  for _, section in ipairs(keys.sections) do
    for name, value in pairs(is_mapping(values[section]) and values[section] or {}) do
      local from = section .. "." .. name
      local key = keys.by_dotted[from]
      local flat = key and key.flat or (section == "env" and name or from)
      out[flat] = { value = value, from = from }
    end
  end
  return out
end

return layers
