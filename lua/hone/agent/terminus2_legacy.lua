-- Profile terminus2_legacy: as terminus2, but every command runs in a shell of its own whose output is shown with
-- the command and a non-zero exit code; temperature 0, 64 turns, no summaries.
local command_output = require "hone.agent.command_output"
local installed_skills = require "hone.agent.installed_skills"
local terminus = require "hone.agent.terminus"

local LONGEST_S, LONGEST_PAUSE_S = 900, 60

local function shell(solve)
  return function(commands)
    local shown = {}
    for _, command in ipairs(commands) do
      local left = math.max(0.001, solve.container:time_left() or LONGEST_S)
      local blank = not command.keystrokes:find("%S")
      local result, err = solve.container:exec {
        argv = blank and { "sleep", tostring(math.min(command.duration, LONGEST_PAUSE_S)) }
          or { "bash", "-c", command.keystrokes },
        timeout_s = (blank or command.duration >= 60) and left or math.min(LONGEST_S, left),
      }
      if not result then return nil, err end
      if not blank then
        shown[#shown + 1] = "$ " .. text.trim(command.keystrokes) .. "\n" .. command_output(result)
      end
    end
    return table.concat(shown, "\n")
  end
end

local PROFILE = { max_turns = 64, temperature = 0.0, manages = false, open = shell }

return {
  places = installed_skills.fewer_places,
  run = function(solve, out) return terminus.run(solve, PROFILE, out) end,
}
