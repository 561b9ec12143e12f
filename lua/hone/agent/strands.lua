-- Profile strands: a solver with tools (bash, python, read_file, write_file, list_skills, load_skill). It is done
-- when it answers without calling one.
local command_output = require "hone.agent.command_output"
local conversation = require "hone.agent.conversation"
local cut = require "hone.agent.cut"
local installed_skills = require "hone.agent.installed_skills"
local tool_loop = require "hone.agent.tool_loop"

local COMMAND_BYTES, FILE_BYTES = 50000, 100000
local COMMAND_S, FILE_S = 900, 30
local WRITE = 'mkdir -p -- "$(dirname -- "$1")" && cat > "$1"'

local tools = {}

local function command(solve, options)
  local result, err = solve.container:exec(options)
  if not result then return nil, err end
  return cut.tagged("terminal", "", cut.middle(command_output(result), COMMAND_BYTES))
end

function tools.bash(solve, args)
  return command(solve, { argv = { "bash", "-c", args.command }, timeout_s = COMMAND_S })
end

function tools.python(solve, args)
  return command(solve, { argv = { "python3", "-" }, stdin = args.code, timeout_s = COMMAND_S })
end

function tools.read_file(solve, args)
  local result, err = solve.container:exec { argv = { "cat", "--", args.path }, timeout_s = FILE_S }
  if not result then return nil, err end
  if result.code ~= 0 then return "ERROR: " .. text.trim(result.stderr) end
  return cut.tagged("terminal", "", cut.middle(result.stdout, FILE_BYTES))
end

-- Written by the solver's own user: what it may not write stays unwritten.
function tools.write_file(solve, args)
  local result, err = solve.container:exec {
    argv = { "sh", "-c", WRITE, "sh", args.path }, stdin = args.content, timeout_s = FILE_S,
  }
  if not result then return nil, err end
  if result.code ~= 0 then return "ERROR: " .. text.trim(result.stderr) end
  return "wrote " .. #args.content .. " bytes"
end

function tools.list_skills(solve, _, out)
  for _, one in ipairs(solve.shelf.list) do
    out.events[#out.events + 1] = { event = "list", name = one.name, found = true, injected = one.injected }
  end
  return installed_skills.lines(solve.shelf)
end

function tools.load_skill(solve, args, out)
  local content, event, err = installed_skills.read(solve.container, solve.shelf, args.name)
  out.events[#out.events + 1] = event
  if err then return nil, err end
  return installed_skills.answer(args.name, content, solve.shelf)
end

local declared = tool_loop.declare {
  { "bash", "Runs a command in bash and gives its output.", { command = "the command" } },
  { "python", "Runs a Python 3 program and gives its output.", { code = "the program" } },
  { "read_file", "Gives the text of a file.", { path = "where it is" } },
  { "write_file", "Writes a text file, with the folders it needs.",
    { path = "where it goes", content = "the whole text" } },
  { "list_skills", "Lists the skills that are installed.", {} },
  { "load_skill", "Gives the text of a skill.", { name = "its name" } },
}

local MAX_TURNS, TEMPERATURE = 200, 0.7

local strands = {}

function strands.run(solve, out)
  local task = solve.task
  return tool_loop.run({
    role = "solver", tools = declared, max_turns = solve.max_turns > 0 and solve.max_turns or MAX_TURNS,
    talk = conversation.new {
      { role = "system", content = solve.system },
      { role = "user", content = cut.tagged("skills", "", installed_skills.lines(solve.shelf)) .. "\n\n"
        .. cut.tagged("task", ' id="' .. task.id .. '" category="' .. task.category .. '"', task.text) },
    },
    sampling = { temperature = TEMPERATURE, max_tokens = solve.max_tokens },
    time_left = function() return solve.container:time_left() end,
    call = function(name, args) return tools[name](solve, args, out) end,
  }, out)
end

strands.places = installed_skills.fewer_places

return strands
