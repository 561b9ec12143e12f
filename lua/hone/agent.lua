-- A solver at work in a container: which profile it is, what came of it. The profiles are files of hone/agent.
local cut = require "hone.agent.cut"
local installed_skills = require "hone.agent.installed_skills"

local agent = {}

local PROFILES = {
  terminus2 = require "hone.agent.terminus2",
  terminus2_legacy = require "hone.agent.terminus2_legacy",
  strands = require "hone.agent.strands",
}

-- Errors that come again however often one tries: an image that nobody has, a Dockerfile that cannot be built.
local LASTING = { not_found = true, invalid_argument = true, refused = true }

-- Why a run ended that the solver did not end: the container's fault, or the model's that gave no answer.
function agent.error_class(err)
  if not err.infrastructure then return "model_error" end
  return LASTING[err.code] and "environment_error" or "infrastructure_error"
end

-- options: {profile, container, home, task = {id, category, text}, system, injected (set of names), max_turns,
-- max_tokens, terminal = "persistent"|"published"}.
-- Gives {answer, messages, events, turns, timed_out, error?}; events are fields of record.skill_use, `error` is
-- {class, message} when something else than the solver failed.
function agent.solve(options)
  local profile = PROFILES[options.profile]
  local out = { answer = "", messages = {}, events = {}, turns = 0, timed_out = false }
  local function failed(err)
    out.error = { class = agent.error_class(err), message = err.message }
    return out
  end
  local shelf, err = installed_skills.find(options.container, options.home, profile.places, options.injected)
  if not shelf then return failed(err) end
  for _, one in ipairs(shelf.list) do
    out.events[#out.events + 1] = { event = "offer", name = one.name, found = true, injected = one.injected }
  end
  err = profile.run({
    container = options.container, task = options.task, system = options.system, shelf = shelf,
    max_turns = options.max_turns, max_tokens = options.max_tokens, terminal = options.terminal,
  }, out)
  if err then return failed(err) end
  return out
end

-- What a solver did, as text: its messages after the first two, the newest `bytes`.
function agent.transcript(messages, bytes)
  local lines = {}
  for i = 3, #messages do
    local message = messages[i]
    local calls = {}
    for k, call in ipairs(message.tool_calls or {}) do calls[k] = json.encode(call["function"]) end
    local content = message.content .. (#calls > 0 and "\n" .. table.concat(calls, "\n") or "")
    lines[#lines + 1] = "[" .. message.role .. "]\n" .. content
  end
  return cut.to_end(table.concat(lines, "\n\n"), bytes)
end

return agent
