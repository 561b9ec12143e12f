-- What happened on items, as analysts read it. A result is what hone.benchmarks gives: {id, hard, soft,
-- conversation, fail_reason, ...}. Nothing is cut.
local trajectories = {}

local function shown(value) return value ~= nil and tostring(value) or "?" end

-- A turn of a conversation, in the shapes that benchmarks give.
local function turn_lines(turn)
  if type(turn) == "string" then return { turn } end
  if turn.type == "tool_call" then
    return { "[action] " .. (turn.cmd or ""), "[obs]    " .. (turn.obs or "") }
  end
  if turn.action ~= nil then
    local n, lines = shown(turn.step), {}
    if turn.reasoning and turn.reasoning ~= "" then lines[1] = "[step " .. n .. " think] " .. turn.reasoning end
    lines[#lines + 1] = "[step " .. n .. " action] " .. turn.action
    lines[#lines + 1] = "[step " .. n .. " obs]    " .. (turn.env_feedback or "")
    return lines
  end
  local role = turn.role == "system" and "verification" or turn.role or "agent"
  return { "[" .. role .. "] " .. (turn.content or "") }
end

function trajectories.conversation(turns)
  local lines = {}
  for _, turn in ipairs(turns) do
    local more = turn_lines(turn)
    table.move(more, 1, #more, #lines + 1, lines)
  end
  return table.concat(lines, "\n")
end

local function section(lines, title, value)
  if value ~= nil and value ~= "" then lines[#lines + 1] = title .. ": " .. value end
end

-- One item. Its context is in the prompt that the target got.
local function block(number, result)
  local lines = { '<trajectory number="' .. number .. '" id="' .. tostring(result.id):gsub('["<>]', "") .. '">' }
  section(lines, "Task", result.task_description or result.question)
  section(lines, "Task type", result.task_type)
  section(lines, "Why it failed", result.fail_reason)
  section(lines, "Steps", result.n_turns)
  section(lines, "Reference", result.reference_text)
  section(lines, "The target's instructions", result.target_system_prompt)
  section(lines, "What the target was given", result.target_user_prompt)
  section(lines, "Sheet", result.spreadsheet_preview)
  lines[#lines + 1] = trajectories.conversation(result.conversation)
  lines[#lines + 1] = "</trajectory>"
  return table.concat(lines, "\n")
end

function trajectories.text(results)
  local blocks = {}
  for i, result in ipairs(results) do blocks[i] = block(i, result) end
  return table.concat(blocks, "\n---\n")
end

return trajectories
