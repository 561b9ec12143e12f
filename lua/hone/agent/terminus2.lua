-- Profile terminus2: a terminal that stays, durations honoured, the container's deadline enforced. The original's
-- behaviour is solve.terminal = "published": every command runs to its end in an interactive shell of its own, so
-- that folders and variables are lost, durations say nothing, and control keys do not work.
local cut = require "hone.agent.cut"
local installed_skills = require "hone.agent.installed_skills"
local terminus = require "hone.agent.terminus"

local STREAM_BYTES, OUTPUT_BYTES = 12000, 24000
local LONGEST_WAIT_S = 600
local NOISE = { "bash: cannot set terminal process group", "bash: no job control in this shell" }

local function without_noise(s)
  local kept = {}
  for _, line in ipairs(text.lines(s)) do
    local noise = false
    for _, prefix in ipairs(NOISE) do noise = noise or text.starts_with(line, prefix) end
    if not noise then kept[#kept + 1] = line end
  end
  return table.concat(kept, "\n")
end

local function published(solve)
  return function(commands)
    local shown = {}
    for _, command in ipairs(commands) do
      if command.keystrokes:find("%S") then
        local left = solve.container:time_left() or 900
        local result, err = solve.container:exec {
          argv = { "bash", "-ic", command.keystrokes }, max_output_bytes = 1 << 20,
          timeout_s = math.max(0.001, command.duration >= 60 and left or math.max(900, command.duration)),
        }
        if not result then return nil, err end
        for _, stream in ipairs { result.stdout, result.stderr } do
          stream = cut.middle(without_noise(stream), STREAM_BYTES)
          if stream ~= "" then shown[#shown + 1] = stream end
        end
      end
    end
    return cut.middle(table.concat(shown, "\n\n"), OUTPUT_BYTES)
  end
end

-- Bash where there is one. The prompt is a line of its own: what commands show begins at the beginning of a line, also
-- when several were typed at once.
local SHELL = {
  argv = { "sh", "-c", "command -v bash >/dev/null && exec bash --noediting --norc --noprofile; exec sh" },
  env = { PS1 = "$\n", PS2 = "" },
}

local function persistent(solve)
  local terminal, failed = solve.container:terminal(SHELL)
  if not terminal then return nil, failed end
  return function(commands)
    local shown = {}
    for _, command in ipairs(commands) do
      local sent, err = terminal:send {
        keys = command.keystrokes, wait_s = math.min(command.duration, LONGEST_WAIT_S), max_output_bytes = 1 << 20,
      }
      if not sent then return nil, err end
      shown[#shown + 1] = sent.output
      if sent.truncated then shown[#shown + 1] = "\n[... output was longer than is kept ...]\n" end
      if sent.ended then
        shown[#shown + 1] = "\n[The shell has ended; this is a new one.]\n"
        terminal, err = solve.container:terminal(SHELL)
        if not terminal then return nil, err end
      end
    end
    return table.concat(shown)
  end
end

local PROFILE = {
  max_turns = 512, temperature = 0.7, manages = true,
  open = function(solve) return (solve.terminal == "published" and published or persistent)(solve) end,
}

return {
  places = installed_skills.places,
  run = function(solve, out) return terminus.run(solve, PROFILE, out) end,
}
