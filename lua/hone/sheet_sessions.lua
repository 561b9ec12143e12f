-- How a model works on a workbook in a container, in the three modes of the benchmark "spreadsheetbench". A session
-- ends in a program; that program runs on every case, and what it left is read as cells.
local answers = require "hone.answers"
local sheets = require "hone.sheets"

local sheet_sessions = {}

local MOST_FEEDBACK, MOST_OUTPUT = 3000, 4000
local PROGRAM = "/sheet/solution.py"

local SYSTEM = "You change spreadsheets with Python and openpyxl. Your program finds the path of the workbook in the "
  .. "variable INPUT_PATH and must save the changed one to OUTPUT_PATH; both are defined for it. It also runs on other "
  .. "workbooks of the same shape. Formulas are not computed after it: write values."

local CODE = " Reply with the whole program in one fenced code block."
local TOOLS_HINT = " Write the program to " .. PROGRAM .. " with write_file, run it with bash, and stop when it is "
  .. "right."

local TOOLS = {
  { type = "function", ["function"] = {
    name = "bash", description = "Runs a command line that starts with python3; 60 seconds, 4000 characters of output.",
    parameters = { type = "object", properties = { command = { type = "string" } },
                   required = json.array { "command" } } } },
  { type = "function", ["function"] = {
    name = "write_file", description = "Writes a file below /sheet.",
    parameters = { type = "object", properties = { path = { type = "string" }, content = { type = "string" } },
                   required = json.array { "path", "content" } } } },
}

-- The first fenced block of any language, else the whole text.
local function code_of(reply)
  local found = re.match(reply, "(?s)```[^\\n]*\\n(.*?)```")
  return found or reply
end

local function clipped(s, most)
  if (utf8.len(s) or #s) <= most then return s end
  return s:sub(1, (utf8.offset(s, most + 1) or most + 1) - 1) .. "\n[more is left out]"
end

local function input_path(one, i) return "/sheet/inputs/" .. i .. "/" .. one.inputs[i].asset.name end
local function output_path(i) return "/sheet/outputs/" .. i .. ".xlsx" end

-- By a command, not by a copy: where an earlier program left no room for a process, that is a failed command and
-- no failure of the infrastructure. Nil and the error of the container, or a result as sheets.execute gives it.
local function write_program(c, code)
  local result, err = c:exec { argv = { "sh", "-c", "cat > " .. PROGRAM }, stdin = code, workdir = "/" }
  if not result then return nil, err end
  if result.code ~= 0 then return { problem = "the container is used up: " .. text.trim(result.stderr) } end
  return { ok = true }
end

-- A program on one case, written first.
local function run_program(c, one, i, code, p)
  local written, err = write_program(c, code)
  if not written or not written.ok then return written, err end
  return sheets.execute(c, PROGRAM, input_path(one, i), output_path(i), p.program_timeout)
end

-- Inputs in their places; nil and the error of the container.
local function prepare(c, one)
  for i, case in ipairs(one.inputs) do
    local _, err = c:put { to = "/sheet/inputs/" .. i, asset = case.asset }
    if err then return nil, err end
  end
  local _, err = c:put { to = "/sheet/outputs", files = { { path = ".keep", text = "" } } }
  if err then return nil, err end
  return true
end

local function user_message(one, preview)
  return "<task>\n" .. one.question .. "\n</task>\n\nKind of instruction: " .. (one.task_type or "not said")
    .. "\nAnswer position: " .. one.position .. "\n\n<context>\n" .. preview .. "\n</context>"
end

-- What the model is told about its program on the first case; nil when nothing is wrong with it.
local function objection(result, trace, c, run)
  if not result.ok then
    return "The program failed:\n" .. clipped(result.problem, MOST_FEEDBACK) .. "\n\nGive the corrected program."
  end
  if not run.check then return nil end
  local cells = sheets.cells(c, output_path(1))
  local verdict = run.check({ outputs = { cells }, problems = {}, first_only = true, code = trace.code })
  if not verdict or verdict.hard >= 1 then return nil end
  return "The program ran, but its result is wrong:\n" .. clipped(verdict.report, MOST_FEEDBACK)
    .. "\n\nGive the corrected program."
end

local modes = {}

-- Programs with their errors fed back, until one runs.
function modes.multi(c, one, p, run, t)
  for turn = 1, p.mode == "single" and 1 or p.max_turns do
    local reply, err = t.ask()
    if not reply then return nil, err end
    t.trace.code = code_of(reply.text)
    t.say { role = "assistant", content = reply.text }
    local told
    if text.trim(t.trace.code) == "" then
      told = "There is no program in your reply. Give the whole program in one fenced code block."
    else
      local result
      result, err = run_program(c, one, 1, t.trace.code, p)
      if not result then return nil, err end
      told = objection(result, t.trace, c, run)
    end
    t.trace.first_is_done = not told  -- what lies at the first case's output is this program's
    if not told then break end
    if turn < p.max_turns and p.mode ~= "single" then
      t.note { role = "user", content = told }
      t.say { role = "user", content = told }
    end
  end
  return true
end

modes.single = modes.multi

local function bash(c, command)
  if not command:match("^%s*python3?%s") then return "only command lines that start with python3 are run here" end
  local result, err = c:exec { shell = command, workdir = "/sheet", timeout_s = 60, max_output_bytes = 1 << 16 }
  if not result then return nil, err end
  local out = result.stdout .. (result.stderr ~= "" and "\n" .. result.stderr or "")
  if result.timed_out then out = out .. "\n[ended after 60 seconds]" end
  return clipped(text.trim(out) == "" and "(no output, status " .. result.code .. ")" or out, MOST_OUTPUT)
end

local function write_file(c, a)
  local path = tostring(a.path or ""):gsub("^/sheet/", "")
  if path == "" or path:find("^/") or path:find("%.%.") then return "the path must lie below /sheet" end
  local result, err = c:exec { argv = { "sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1"', "write", path },
                               stdin = tostring(a.content or ""), workdir = "/sheet" }
  if not result then return nil, err end
  return result.code == 0 and "written" or "not written: " .. text.trim(result.stderr)
end

local function program_in(c)
  local result, err = c:exec { argv = { "cat", PROGRAM }, workdir = "/", max_output_bytes = 1 << 20 }
  if not result then return nil, err end
  return result.code == 0 and result.stdout or nil
end

-- The first case, after a run of the program, as the model would see it.
local function verified(c, one, p, run, t)
  local code, err = program_in(c)
  if err then return nil, err end
  if not code then return "" end
  t.trace.code = code
  local result
  result, err = sheets.execute(c, PROGRAM, input_path(one, 1), output_path(1), p.program_timeout)
  if not result then return nil, err end
  return "\n[check] " .. (objection(result, t.trace, c, run) or "the program runs and writes its output")
end

local function react_call(c, one, p, run, t, call)
  local name, arguments = call["function"].name, json.decode(call["function"].arguments or "")
  if type(arguments) ~= "table" then return "the arguments are no JSON object" end
  if name == "write_file" then return write_file(c, arguments) end
  if name ~= "bash" then return "there is no tool '" .. tostring(name) .. "'; there are bash and write_file" end
  local command = tostring(arguments.command or "")
  local out, err = bash(c, command)
  if not out then return nil, err end
  if not command:find("solution.py", 1, true) then return out end
  local more
  more, err = verified(c, one, p, run, t)
  if not more then return nil, err end
  return out .. more
end

function modes.react(c, one, p, run, t)
  for _ = 1, p.max_turns do
    local reply, err = t.ask(TOOLS)
    if not reply then return nil, err end
    if #(reply.tool_calls or {}) == 0 then break end
    t.say { role = "assistant", content = reply.text, tool_calls = reply.tool_calls }
    for _, call in ipairs(reply.tool_calls) do
      local told
      told, err = react_call(c, one, p, run, t, call)
      if not told then return nil, err end
      local cmd = call["function"].name .. " " .. (call["function"].arguments or "")
      t.note { type = "tool_call", cmd = cmd, obs = told }
      t.say { role = "tool", content = told, tool_call_id = call.id }
    end
  end
  local code, err = program_in(c)
  if err then return nil, err end
  t.trace.code = code
  return true
end

-- The last program on every case: cells, or why there are none.
local function outcomes(c, one, p, trace)
  trace.outputs, trace.problems = {}, {}
  if not trace.code or text.trim(trace.code) == "" then
    trace.failure = "no program"
    for i in ipairs(one.inputs) do trace.problems[i] = "no program" end
    return trace
  end
  for i in ipairs(one.inputs) do
    local result, err = { ok = true }, nil
    if i > 1 or not trace.first_is_done then result, err = run_program(c, one, i, trace.code, p) end
    if not result then return nil, err end
    if result.ok then
      trace.outputs[i], err = sheets.cells(c, output_path(i))
      if not trace.outputs[i] and err.infrastructure then return nil, err end
      trace.problems[i] = not trace.outputs[i] and err.message or nil
    else
      trace.problems[i] = clipped(result.problem, MOST_FEEDBACK)
    end
  end
  return trace
end

-- A trace, or nil and the error of the container or of the model's call.
function sheet_sessions.run(c, one, skill_text, p, run)
  local ok, err = prepare(c, one)
  if not ok then return nil, err end
  local preview
  preview, err = sheets.preview(c, input_path(one, 1))
  if not preview and err.infrastructure then return nil, err end
  preview = preview or "The workbook cannot be shown: " .. err.message
  local system = answers.system(SYSTEM .. (p.mode == "react" and TOOLS_HINT or CODE), skill_text)
  local user = user_message(one, preview)
  local messages = { { role = "system", content = system }, { role = "user", content = user } }
  local trace = { conversation = {}, n_turns = 0, target_system_prompt = system, target_user_prompt = user,
                  spreadsheet_preview = preview }
  local t = { trace = trace }
  function t.say(message) messages[#messages + 1] = message end
  function t.note(turn) table.insert(trace.conversation, turn) end
  function t.ask(tools)
    local reply, why = answers.ask(messages, p, run, tools)
    if not reply then return nil, why end
    trace.response, trace.call, trace.n_turns = reply.text, reply.call, trace.n_turns + 1
    if reply.text ~= "" then t.note { role = "assistant", content = reply.text } end
    return reply
  end
  ok, err = modes[p.mode](c, one, p, run, t)
  if not ok then return nil, err end
  return outcomes(c, one, p, trace)
end

return sheet_sessions
