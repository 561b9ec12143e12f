-- A conversation of bounded length. Everything up to the first user message stays; when more than `most` messages
-- follow, all but the newest `keep` are told in one message, written by the model itself; when it writes none,
-- the newest `most` stay. An answer of a tool is never parted from the message that called it.
local cut = require "hone.agent.cut"

local conversation = {}

local MOST, KEEP = 130, 20
local SHOWN_MESSAGES, SHOWN_BYTES = 30, 500
local SAMPLING = { max_tokens = 1024, temperature = 0.2 }
local REQUEST = [[
Below are the earlier messages of your work on a task, oldest first, each shortened. Note in short bullets what you
need to go on: commands that mattered and what came out, files read and written, errors met, the approach, and
what is left to do. Write the bullets only.]]

function conversation.new(messages)
  return { pinned = #messages, messages = messages }
end

function conversation.add(talk, message) talk.messages[#talk.messages + 1] = message end

-- Where the newest `keep` messages begin, moved on so that no tool's answer comes first.
local function cut_at(talk, keep)
  local at = #talk.messages - keep + 1
  while talk.messages[at] and talk.messages[at].role == "tool" do at = at + 1 end
  return at
end

local function summary_of(talk, last)
  local shown = {}
  for i = math.max(talk.pinned + 1, last - SHOWN_MESSAGES + 1), last do
    local message = talk.messages[i]
    local calls = message.tool_calls and " " .. json.encode(message.tool_calls) or ""
    shown[#shown + 1] = "[" .. message.role .. "] " .. text.clip(message.content .. calls, { bytes = SHOWN_BYTES })
  end
  local answer = llm.chat {
    role = "solver", sampling = SAMPLING,
    messages = {
      { role = "system", content = REQUEST },
      { role = "user", content = cut.tagged("messages", "", table.concat(shown, "\n\n")) },
    },
  }
  return answer and text.trim(answer.text) ~= "" and answer.text or nil
end

-- To be called before each model call; gives the messages to send.
function conversation.managed(talk)
  local count = #talk.messages - talk.pinned
  if count <= MOST then return talk.messages end
  local at = cut_at(talk, KEEP)
  local summary = summary_of(talk, at - 1)
  if not summary then at = cut_at(talk, MOST) end
  local shorter = table.move(talk.messages, 1, talk.pinned, 1, {})
  if summary then
    shorter[#shorter + 1] = {
      role = "user",
      content = cut.tagged("summary", ' messages="' .. at - 1 - talk.pinned .. '"', summary),
    }
  end
  talk.messages = table.move(talk.messages, at, #talk.messages, #shorter + 1, shorter)
  return talk.messages
end

return conversation
