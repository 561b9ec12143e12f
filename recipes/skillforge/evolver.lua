-- One evolution by a model with a shell: in a container that holds a copy of the workspace and nothing else. No
-- result, no test, no file and no variable of the host is in it, and it has no network. What comes back is compared
-- with what its permissions allow (permissions.lua) before a byte of it reaches the workspace.
local agent = require "hone.agent"
local command_output = require "hone.agent.command_output"
local conversation = require "hone.agent.conversation"
local cut = require "hone.agent.cut"
local direct_answers = require "skillforge.direct_answers"
local observations = require "skillforge.observations"
local skill_library = require "hone.skill_library"
local tool_loop = require "hone.agent.tool_loop"

local evolver = {}

local FOLDER = "/workspace"
local COMMAND_S, OUTPUT_BYTES = 60, 20000
local LIMITS = { memory_mb = 1024, cpus = 1.0, pids = 128, disk_mb = 256, time_s = 1800.0 }

local TOOLS = tool_loop.declare {
  { "workspace_bash", "Runs a command in bash in the workspace and gives its output.", { command = "the command" } },
}

local function permission_lines(p)
  local lines = {}
  if p.evolve_skills then
    lines[1] = "- skills/: " .. (p.protect_skills and "make new ones; those that are there stay as they are"
      or "make, change and remove")
  end
  if p.evolve_prompts then lines[#lines + 1] = "- prompts/system.md" end
  if p.evolve_memory then lines[#lines + 1] = "- memory/*.jsonl" end
  if p.evolve_tools then lines[#lines + 1] = "- tools/" end
  return #lines > 0 and table.concat(lines, "\n") or "- nothing"
end

local function skill_lines(library)
  local lines = {}
  for i, one in ipairs(library.skills) do lines[i] = "- " .. one.name .. ": " .. one.description end
  return #lines > 0 and table.concat(lines, "\n") or "(none)"
end

local function draft_lines(files)
  local lines = {}
  for _, file in ipairs(files) do
    local name = file.path:match("^skills/_drafts/(.+)%.md$")
    if name then lines[#lines + 1] = "- " .. name .. ": " .. text.clip(file.text or "", { bytes = 1000 }) end
  end
  return #lines > 0 and table.concat(lines, "\n") or "(none)"
end

local function messages_for(s, failures, files)
  local library = skill_library.of_files(files)
  return llm.messages {
    prompt = "evolver",
    vars = {
      cycle = tostring(s.evolution), permissions = permission_lines(s.p), max_skills = tostring(s.p.max_skills),
      ban = s.p.no_direct_answers and direct_answers.ban or "",
      skill_count = tostring(#library.skills), skills = skill_lines(library),
      drafts = draft_lines(files), task_results = observations.result_lines(failures, s.p),
    },
  }
end

-- The workspace's files after the evolver was at work, and {turns, summary}; nil, err when the world failed.
function evolver.run(s, failures, files)
  local box <close>, err = container.open { image = s.p.evolver_image, limits = LIMITS, workdir = "/" }
  if not box then return nil, err end
  local ok, back
  ok, err = box:put { to = FOLDER, files = files }
  if not ok then return nil, err end
  local out = { turns = 0, answer = "", messages = {}, timed_out = false }
  err = tool_loop.run({
    role = "evolver", talk = conversation.new(messages_for(s, failures, files)), tools = TOOLS,
    max_turns = s.p.evolver_max_turns, sampling = { max_tokens = s.p.evolver_max_tokens },
    time_left = function() return box:time_left() end,
    call = function(_, args)
      local result, failed = box:exec {
        argv = { "bash", "-c", args.command }, workdir = FOLDER, timeout_s = COMMAND_S, max_output_bytes = 1 << 18,
      }
      if not result then return nil, failed end
      return cut.tagged("terminal", "", cut.middle(command_output(result), OUTPUT_BYTES))
    end,
  }, out)
  if err then return nil, { class = agent.error_class(err), message = err.message } end
  back, err = box:get { path = FOLDER }
  if not back then return nil, err end
  return back.files, { turns = out.turns, summary = out.answer, timed_out = out.timed_out,
                       left_out = json.array(back.left_out or {}) }
end

return evolver
