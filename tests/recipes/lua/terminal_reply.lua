-- Replies of a model that drives a terminal: what is read, repaired, warned about and refused.
local read = require("hone.agent.terminal_reply").read

local GOOD = '{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "ls\\n", "duration": 2}]}'

local function case(source, wanted)
  local reply = read(source)
  local got = reply.error and "error: " .. reply.error or reply.load
    and "load " .. reply.load.skill .. (reply.load.reference and "/" .. reply.load.reference or "") or nil
  if not got then
    local keys = {}
    for i, command in ipairs(reply.commands) do keys[i] = command.keystrokes:gsub("\n", "$") .. "@" .. command.duration end
    got = table.concat(keys, " ") .. (reply.task_complete and " complete" or "")
  end
  for _, warning in ipairs(reply.warnings) do got = got .. " | " .. warning end
  assert(got == wanted, source .. "\ngot:    " .. got .. "\nwanted: " .. wanted)
end

case(GOOD, "ls$@2.0")
case("Here it is:\n" .. GOOD, "ls$@2.0 | there is text before the JSON object")
case(GOOD .. " Done.", "ls$@2.0 | there is text after the JSON object")
case(GOOD:gsub("%]}$", ""), "ls$@2.0 | closing marks were missing and were added: ]}")
case('{not JSON} then ' .. GOOD,
  "ls$@2.0 | the first object could not be read; a later one was taken | there is text before the JSON object")
case('{"plan": "p", "analysis": "a", "commands": []}',
  " | the fields are to be in the order analysis, plan, commands")
case('{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "a}\\"{"}], "extra": 1}',
  "a}\"{@1.0 | unknown field 'extra' | no usable 'duration' in command 1: 1.0 s is taken")
case('{"analysis": "a", "plan": "p", "commands": [{"keystrokes": "x", "duration": 1}, {"keystrokes": "y\\n", "duration": "3"}]}',
  "x@1.0 y$@3.0 | command 1 does not end in a newline, so command 2 is typed into the same line")
case('{"analysis": "a", "plan": "p", "commands": [], "task_complete": "Yes"}', " complete")
case('{"analysis": "a", "plan": "p", "commands": [{"keystrokes": 5}], "task_complete": true}',
  " complete | command 1 has no text 'keystrokes'")
case('{"load_skill": "house-csv"}', "load house-csv")
case('Well: {"load_skill_reference": "house-csv/dates.md"}',
  "load house-csv/dates.md | there is text before the JSON object")
case('{"load_skill_reference": {"skill": "a", "reference": "b.md"}}', "load a/b.md")
case("no object at all", "error: there is no JSON object in it")
case('{"analysis": "a", "commands": []}', "error: 'plan' is missing")
case('{"analysis": "a", "plan": "p"}', "error: 'commands' is missing")
case('{"analysis": "a", "plan": "p", "commands": null}', "error: 'commands' is missing")
case('{"analysis": "a", "plan": "p", "commands": {"keystrokes": "x"}}', "error: 'commands' is no list")
case('{"analysis": "a", "plan": "p", "commands": [{"duration": 1}]}', "error: command 1 has no text 'keystrokes'")
case('{"analysis": "a", "plan": "p", "commands": [7]}', "error: command 1 is no object")

-- Whatever a model says, reading ends, gives commands or says why not, and never raises.
local pieces = { "{", "}", "[", "]", '"', "\\", ",", ":", "commands", "keystrokes", '"analysis":"a"', '"plan":"p"',
  '"commands":[', '{"keystrokes":"ls\\n","duration":1}', "\n", "é", "\0", "null", "1e999", "-0.5", GOOD }
for _ = 1, 3000 do
  local source = {}
  for i = 1, random.int(0, 12) do source[i] = random.choice(pieces) end
  local reply = read(table.concat(source))
  assert(reply.error == nil or type(reply.error) == "string")
  for _, command in ipairs(reply.commands) do
    assert(type(command.keystrokes) == "string" and command.duration >= 0 and command.duration == command.duration)
  end
end
