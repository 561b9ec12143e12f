-- The context object: what a recipe or an evaluator sees of a unit's context.
local host, shared = ...

local INSTRUCTION = "Answer the task from the context. Follow every instruction and constraint that the "
  .. "context and the task state, and use nothing that contradicts them."

local function parts_of(content)
  if type(content) == "table" then return content end
  return { content }
end

local function join(content)
  if type(content) == "table" then return table.concat(content) end
  return content
end

-- Parts of 1 KB or more stay parts of their own; smaller neighbours are joined.
local function merge(pieces)
  local out, small = {}, {}
  local function flush()
    if #small > 0 then out[#out + 1] = table.concat(small) end
    small = {}
  end
  for _, piece in ipairs(pieces) do
    if #piece >= 1024 then
      flush()
      out[#out + 1] = piece
    elseif piece ~= "" then
      small[#small + 1] = piece
    end
  end
  flush()
  return out
end

local function skill_block(skill)
  return { '<skill name="', skill.name, '">\n', skill.text, "\n</skill>" }
end

local function skill_of(value)
  if value == nil or value == "" then return nil end
  local parsed = skill.parse(value)
  local name = parsed.name ~= "" and parsed.name or "skill"
  return { name = name, text = value }
end

local function append_all(list, more)
  for _, piece in ipairs(more) do list[#list + 1] = piece end
end

-- System text first, then the block, or the other way round.
local function system_with(text, block, position)
  local pieces = {}
  if block == nil then
    append_all(pieces, text)
  elseif position == "prepend" then
    append_all(pieces, block)
    if #text > 0 then pieces[#pieces + 1] = "\n\n" end
    append_all(pieces, text)
  else
    append_all(pieces, text)
    if #text > 0 then pieces[#pieces + 1] = "\n\n" end
    append_all(pieces, block)
  end
  return merge(pieces)
end

local function text_messages(raw, task, skill, position)
  local user = { "<context>\n", raw.text, "\n</context>" }
  if task then append_all(user, { "\n\n<task>\n", task, "\n</task>" }) end
  return {
    { role = "system", content = system_with({ INSTRUCTION }, skill and skill_block(skill), position) },
    { role = "user", content = merge(user) },
  }
end

local function turn_messages(raw, task, skill, position)
  local out = {}
  for _, message in ipairs(raw.messages) do
    out[#out + 1] = { role = message.role, content = parts_of(message.content) }
  end
  if skill then
    local first = out[1]
    if first and first.role == "system" then
      first.content = system_with(first.content, skill_block(skill), position)
    else
      table.insert(out, 1, { role = "system", content = system_with({}, skill_block(skill), position) })
    end
  end
  if task then
    local delimiter = raw.delimiter or ""
    local last = out[#out]
    if last and last.role == "user" then
      local pieces = {}
      append_all(pieces, last.content)
      append_all(pieces, { delimiter, task })
      last.content = merge(pieces)
    else
      out[#out + 1] = { role = "user", content = merge { delimiter, task } }
    end
  end
  return out
end

local function flat(raw)
  if raw.text then return raw.text end
  local lines = {}
  for _, message in ipairs(raw.messages or {}) do
    lines[#lines + 1] = "[" .. message.role .. "]: " .. join(message.content)
  end
  return table.concat(lines, "\n\n")
end

local contexts = {}

-- The object for a unit's context: its plain fields, and methods that know its text.
function shared.make_context(input)
  local raw = type(input.context) == "table" and input.context or input
  local object = {}
  for key, value in pairs(input) do
    if key ~= "text" and key ~= "messages" and key ~= "delimiter" and key ~= "context" then
      object[key] = value
    end
  end
  local whole
  local methods = {}
  function methods.text()
    whole = whole or flat(raw)
    return whole
  end
  function methods.messages(_, options)
    options = options or {}
    host.args("context:messages", options,
      { task = "string?", skill = "string?", position = "string?", turns = "list?" })
    local position = options.position or "append"
    if position ~= "append" and position ~= "prepend" then
      host.fail("context:messages: position must be 'append' or 'prepend', got '" .. position .. "'")
    end
    if options.turns then
      if options.task then host.fail("context:messages: turns hold their task, so there is no task beside them") end
      return turn_messages({ messages = options.turns }, nil, skill_of(options.skill), position)
    end
    local build = raw.messages and turn_messages or text_messages
    return build(raw, options.task, skill_of(options.skill), position)
  end
  contexts[object] = methods
  return setmetatable(object, { __index = methods, __name = "context", __metatable = false })
end

-- The text of a string or a context object; nil for nothing.
function shared.text_of(value, what)
  if value == nil or type(value) == "string" then return value end
  if type(value) == "table" and contexts[value] then return contexts[value].text() end
  host.fail(what .. " must be a string or a context")
end
