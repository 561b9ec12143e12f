-- Reads a reply of a model that drives a terminal: one JSON object, either
--   {analysis, plan, commands = [{keystrokes, duration}], task_complete?}   or
--   {load_skill = NAME}   or   {load_skill_reference = "NAME/FILE" or {skill, reference}}.
-- Two repairs: closing marks that are missing at the end are added, and where the first object cannot be read
-- the first one that can is taken. What was odd is a warning, what makes a reply useless is an error; both are
-- told to the model.
local terminal_reply = {}

local DEFAULT_DURATION_S = 1.0
local FIELDS = { analysis = true, plan = true, commands = true, task_complete = true }
local COMMAND_FIELDS = { keystrokes = true, duration = true }
local CLOSES = { ["{"] = "}", ["["] = "]" }

-- From the "{" at `start`: where its object ends, or nil and the marks that would close it.
local function object_end(s, start)
  local stack, in_string, at = {}, false, start
  while at <= #s do
    local c = s:sub(at, at)
    if in_string then
      if c == "\\" then
        at = at + 1
      elseif c == '"' then
        in_string = false
      end
    elseif c == '"' then
      in_string = true
    elseif CLOSES[c] then
      stack[#stack + 1] = CLOSES[c]
    elseif c == stack[#stack] then
      stack[#stack] = nil
      if #stack == 0 then return at end
    end
    at = at + 1
  end
  local closing = {}
  for i = #stack, 1, -1 do closing[#closing + 1] = stack[i] end
  return nil, (in_string and '"' or "") .. table.concat(closing)
end

local function decoded(source)
  local value, why = json.decode(source)
  if type(value) == "table" then return value end
  return nil, why or "no object"
end

local function is_reply(value)
  return value.commands ~= nil or value.load_skill ~= nil or value.load_skill_reference ~= nil
end

-- The first object that can be read and looks like a reply.
local function first_readable(s, from)
  local start = s:find("{", from, true)
  while start do
    local stop = object_end(s, start)
    local value = stop and decoded(s:sub(start, stop))
    if value and is_reply(value) then return value, start, stop end
    start = s:find("{", start + 1, true)
  end
  return nil
end

-- The reply's object, its source, and warnings; or nil and why.
local function find_object(s, warnings)
  local start = s:find("{", 1, true)
  if not start then return nil, "there is no JSON object in it" end
  local stop, closing = object_end(s, start)
  local source = stop and s:sub(start, stop) or s:sub(start) .. closing
  local value, why = decoded(source)
  if value and not stop then
    warnings[#warnings + 1] = "closing marks were missing and were added: " .. closing
    stop = #s
  end
  if not value then
    value, start, stop = first_readable(s, start + 1)
    if not value then return nil, "invalid JSON: " .. why end
    source = s:sub(start, stop)
    warnings[#warnings + 1] = "the first object could not be read; a later one was taken"
  end
  if s:sub(1, start - 1):find("%S") then warnings[#warnings + 1] = "there is text before the JSON object" end
  if s:sub(stop + 1):find("%S") then warnings[#warnings + 1] = "there is text after the JSON object" end
  return value, source
end

local function blank(value) return value == nil or json.is_null(value) end

local function is_true(value)
  if type(value) == "string" then
    local word = value:lower()
    return word == "true" or word == "1" or word == "yes"
  end
  return value == true or value == 1
end

local function unknown_fields(value, known, where, warnings)
  for name in pairs(value) do
    if not known[name] then
      warnings[#warnings + 1] = "unknown field '" .. tostring(name):sub(1, 40) .. "'" .. where
    end
  end
end

local function check_order(source, warnings)
  local last = 0
  for _, name in ipairs { "analysis", "plan", "commands" } do
    local at = source:find('"' .. name .. '"', 1, true) or last
    if at < last then
      warnings[#warnings + 1] = "the fields are to be in the order analysis, plan, commands"
      return
    end
    last = at
  end
end

-- One command; nil and why when it is none.
local function read_command(entry, i, warnings)
  local where = " in command " .. i
  if type(entry) ~= "table" then return nil, "command " .. i .. " is no object" end
  if type(entry.keystrokes) ~= "string" then return nil, "command " .. i .. " has no text 'keystrokes'" end
  unknown_fields(entry, COMMAND_FIELDS, where, warnings)
  local duration = tonumber(not blank(entry.duration) and entry.duration or nil)
  if not duration or duration ~= duration or duration < 0 then
    warnings[#warnings + 1] = "no usable 'duration'" .. where .. ": " .. DEFAULT_DURATION_S .. " s is taken"
    duration = DEFAULT_DURATION_S
  end
  return { keystrokes = entry.keystrokes, duration = duration + 0.0 }
end

local function read_commands(value, reply)
  if type(value.commands) ~= "table" or (next(value.commands) ~= nil and value.commands[1] == nil) then
    return "'commands' is no list"
  end
  for i, entry in ipairs(value.commands) do
    local command, why = read_command(entry, i, reply.warnings)
    if command then
      local before = reply.commands[#reply.commands]
      if before and not before.keystrokes:find("[\n\r]$") then
        reply.warnings[#reply.warnings + 1] = "command " .. i - 1 .. " does not end in a newline, so command " .. i
          .. " is typed into the same line"
      end
      reply.commands[#reply.commands + 1] = command
    elseif reply.task_complete then
      reply.warnings[#reply.warnings + 1] = why
    else
      return why
    end
  end
  return nil
end

-- {skill, reference?} of a skill call, or nil.
local function skill_call(value)
  if type(value.load_skill) == "string" then return { skill = value.load_skill } end
  local given = value.load_skill_reference
  if type(given) == "string" then
    local name, reference = given:match("^([^/]+)/(.+)$")
    return { skill = name or given, reference = reference or "" }
  end
  if type(given) == "table" then
    local name, reference = given.skill or given.name, given.reference or given.path
    if type(name) == "string" and type(reference) == "string" then return { skill = name, reference = reference } end
  end
  return nil
end

-- {commands, task_complete, load?, warnings, error?}
function terminal_reply.read(s)
  local reply = { commands = {}, task_complete = false, warnings = {} }
  local value, source = find_object(s, reply.warnings)
  if not value then
    reply.error = source
    return reply
  end
  if value.commands == nil then
    reply.load = skill_call(value)
    if reply.load then return reply end
  end
  reply.task_complete = is_true(value.task_complete)
  for _, name in ipairs { "analysis", "plan", "commands" } do
    if blank(value[name]) then
      reply.error = "'" .. name .. "' is missing"
      return reply
    end
  end
  check_order(source, reply.warnings)
  unknown_fields(value, FIELDS, "", reply.warnings)
  reply.error = read_commands(value, reply)
  return reply
end

return terminal_reply
