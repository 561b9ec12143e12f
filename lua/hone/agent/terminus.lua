-- The loop of a solver that answers with JSON and drives a terminal; the two terminus profiles are settings of it.
-- A profile is {max_turns, temperature, manages (whether the conversation is summarised), open(solve) -> run}, where
-- run(commands) types the commands and gives what the terminal shows, or nil, err.
--
-- `solve` is {container, task = {id, category, text}, system, shelf, max_turns, max_tokens} (hone.agent). A reply
-- that loads a skill or cannot be read is no turn; such replies are bounded too, so that a run ends.
local conversation = require "hone.agent.conversation"
local cut = require "hone.agent.cut"
local installed_skills = require "hone.agent.installed_skills"
local terminal_reply = require "hone.agent.terminal_reply"

local terminus = {}

local IDLE_REPLIES = 40  -- replies that were no turn, in all
local OUTPUT_BYTES = 24000

local INSTRUCTIONS = [[
You solve the task below by typing into a terminal. Answer each time with one JSON object and nothing else:

{"analysis": "what the terminal shows and what is still to do",
 "plan": "what you do next and what you expect of it",
 "commands": [{"keystrokes": "ls -la\n", "duration": 0.5}],
 "task_complete": false}

- keystrokes are typed as they are: end a command with a newline, or it waits in the line. Control keys are
  characters too: "\u0003" is Ctrl-C.
- duration is how many seconds to wait for output: a fraction for quick commands, more for a build. When something
  needs longer, send empty keystrokes with a duration and look again.
- The shell stays between turns: its folder, variables and running programs are kept.
- Set task_complete to true when everything is done and checked; the commands of that answer are still run.
- To read one of the skills listed below answer with {"load_skill": "NAME"} alone; for a file that a skill refers
  to with {"load_skill_reference": "NAME/FILE"} alone.]]

local FORMAT = {
  name = "terminal_step",
  schema = {
    type = "object",
    properties = {
      analysis = { type = "string" }, plan = { type = "string" }, task_complete = { type = "boolean" },
      commands = {
        type = "array",
        items = {
          type = "object", required = json.array { "keystrokes", "duration" },
          properties = { keystrokes = { type = "string" }, duration = { type = "number" } },
        },
      },
      load_skill = { type = "string" }, load_skill_reference = { type = "string" },
    },
  },
}

local function first_messages(solve)
  local task = solve.task
  return {
    { role = "system", content = solve.system },
    { role = "user", content = table.concat({
      INSTRUCTIONS, "",
      cut.tagged("skills", "", installed_skills.lines(solve.shelf)), "",
      cut.tagged("task", ' id="' .. task.id .. '" category="' .. task.category .. '"', task.text), "",
      cut.tagged("terminal", "", ""),
    }, "\n") },
  }
end

-- The text of one model answer, also of one in which no JSON was found; nil and the error.
local function ask(solve, profile, messages)
  local answer, err = llm.chat {
    role = "solver", messages = messages, format = FORMAT, tries = 1,
    sampling = { temperature = profile.temperature, max_tokens = solve.max_tokens },
  }
  answer = answer or (err and err.answer)
  return answer, err
end

local function warned(reply, output)
  if #reply.warnings == 0 then return output end
  return "Warnings about your answer:\n- " .. table.concat(reply.warnings, "\n- ") .. "\n\n" .. output
end

local function refusal(reply, answer)
  if answer.finish_reason == "length" then
    return "Your answer was cut off at its length limit, so nothing was run. Answer with a shorter JSON object; do "
      .. "the work in smaller steps."
  end
  return "Your answer could not be read (" .. reply.error .. "), so nothing was run. Answer with the JSON object alone."
end

local function load(solve, out, call)
  local content, event, err = installed_skills.read(solve.container, solve.shelf, call.skill, call.reference)
  out.events[#out.events + 1] = event
  if err then return nil, err end
  return installed_skills.answer(event.name, content, solve.shelf)
end

-- What the model is shown after its reply; nil and an error of the container.
local function respond(solve, out, run, reply, answer)
  if reply.load then return load(solve, out, reply.load) end
  if reply.error then return warned(reply, refusal(reply, answer)) end
  local shown, err = run(reply.commands)
  if not shown then return nil, err end
  return warned(reply, cut.tagged("terminal", "", cut.middle(shown, OUTPUT_BYTES)))
end

-- Runs the profile until the task is declared complete, the turns or the time are used up, or the world fails.
-- Fills in `out` = {events, messages, turns, timed_out, answer}; gives an error of the container or the model.
function terminus.run(solve, profile, out)
  local run, err = profile.open(solve)
  if not run then return err end
  local talk = conversation.new(first_messages(solve))
  local replies, most = 0, solve.max_turns > 0 and solve.max_turns or profile.max_turns
  while out.turns < most and replies < most + IDLE_REPLIES do
    out.messages = talk.messages
    local left = solve.container:time_left()
    if left and left <= 0 then
      out.timed_out = true
      return nil
    end
    local answer
    answer, err = ask(solve, profile, profile.manages and conversation.managed(talk) or talk.messages)
    if not answer then return err end
    out.messages, out.answer = talk.messages, answer.text
    conversation.add(talk, { role = "assistant", content = answer.text })
    local reply = terminal_reply.read(answer.text)
    replies = replies + 1
    if not reply.load and not reply.error then out.turns = out.turns + 1 end
    local shown
    shown, err = respond(solve, out, run, reply, answer)
    if not shown then return err end
    conversation.add(talk, { role = "user", content = shown })
    if reply.task_complete and not reply.error then return nil end
  end
  return nil
end

return terminus
