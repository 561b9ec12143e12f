-- The loop of a model with tools: it is asked, what it calls is run, the answers go back, until it answers without
-- a call or its turns or the time are used up.
local conversation = require "hone.agent.conversation"

local tool_loop = {}

-- OpenAI form of { name, description, { argument = description } } entries; every argument is a required text.
function tool_loop.declare(entries)
  local tools = {}
  for i, entry in ipairs(entries) do
    local properties, required = json.object {}, json.array {}
    for name, description in pairs(entry[3]) do
      properties[name] = { type = "string", description = description }
      required[#required + 1] = name
    end
    tools[i] = {
      type = "function",
      ["function"] = {
        name = entry[1], description = entry[2],
        parameters = { type = "object", properties = properties, required = required },
      },
    }
  end
  return tools
end

-- Name and arguments of a call, or nil and what is wrong with it, for the model.
local function read_call(call, tools)
  local asked = type(call) == "table" and call["function"] or {}
  local args = asked.arguments
  if type(args) == "string" then args = json.decode(args ~= "" and args or "{}") end
  for _, tool in ipairs(tools) do
    local form = tool["function"]
    if form.name == asked.name then
      if type(args) ~= "table" then return nil, "ERROR: the arguments of " .. form.name .. " are no JSON object" end
      for _, name in ipairs(form.parameters.required) do
        if type(args[name]) ~= "string" then
          return nil, "ERROR: " .. form.name .. " needs the text '" .. name .. "'"
        end
      end
      return form.name, args
    end
  end
  return nil, "ERROR: there is no tool '" .. text.clip(tostring(asked.name), { bytes = 60 }) .. "'"
end

-- options: {role, talk, tools, max_turns, sampling, time_left?, call}; call(name, args) gives the tool's answer, or
-- nil, err when the world failed. Fills in `out` = {turns, messages, answer, timed_out}; gives such an error.
function tool_loop.run(options, out)
  local talk = options.talk
  out.messages = talk.messages
  while out.turns < options.max_turns do
    local left = options.time_left and options.time_left()
    if left and left <= 0 then
      out.timed_out = true
      return nil
    end
    local answer, err = llm.chat {
      role = options.role, messages = conversation.managed(talk), tools = options.tools, sampling = options.sampling,
      tries = 1,
    }
    if not answer then return err end
    out.turns, out.answer, out.messages = out.turns + 1, answer.text, talk.messages
    local calls = answer.tool_calls or {}
    conversation.add(talk, { role = "assistant", content = answer.text, tool_calls = #calls > 0 and calls or nil })
    if #calls == 0 then return nil end
    for _, call in ipairs(calls) do
      local name, args = read_call(call, options.tools)
      local shown = args
      if name then
        shown, err = options.call(name, args)
        if not shown then return err end
      end
      conversation.add(talk, { role = "tool", tool_call_id = call.id, content = shown })
    end
  end
  return nil
end

return tool_loop
