-- Direct answers in a skill: values of the verifier's output about the failed tests that the solver could not have
-- seen. What stands in the task, in what the solver saw, or in the library before is no secret; with the tests in
-- the solver's container (published order) what it saw is no excuse.
local direct_answers = {
  -- What writers are told; what follows is what is done about it.
  ban = "\nNever write what a task's answer is: no expected values, no assertions of its tests.",
}

local SHORTEST_TEXT, SHORTEST_NUMBER, LONG = 4, 3, 12
local COMPARES = "(?i)expect|\\bgot\\b|\\bassert|actual|should|want|!=|==|differ|mismatch|\\bnot in\\b"
local QUOTED = "\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'"
local NUMBER = "-?\\d(?:[\\d_,]*\\d)?(?:\\.\\d+)?"

local function add(found, value, least)
  value = text.trim(value)
  if #value >= least and value:find("%w") then found[value] = true end
end

-- The values of lines that compare, and every long literal.
local function values_of(output)
  local found = {}
  for _, line in ipairs(text.lines(output)) do
    local compares = re.find(line, COMPARES) ~= nil
    for _, groups in ipairs(re.all(line, QUOTED)) do
      for _, value in ipairs { groups[1] or "", groups[2] or "" } do
        add(found, value, compares and SHORTEST_TEXT or LONG)
      end
    end
    if compares then
      for _, value in ipairs(re.all(line, NUMBER)) do
        if #value:gsub("%D", "") >= SHORTEST_NUMBER then add(found, value, SHORTEST_NUMBER) end
      end
      local rest = re.match(line, "(?i)(?:expected|got|actual)\\s*[:=]\\s*(.+)$")
      if rest then add(found, rest, SHORTEST_TEXT) end
    end
  end
  return found
end

-- What must not be written because of these failures. `known` is text that was there before.
function direct_answers.secrets(failures, known, solver_saw_tests)
  local secrets = {}
  for _, result in ipairs(failures) do
    local seen = known .. "\n" .. result.task.text .. "\n" .. (solver_saw_tests and "" or result.transcript)
    for value in pairs(values_of(result.output)) do
      if not seen:find(value, 1, true) then secrets[#secrets + 1] = value end
    end
  end
  return secrets
end

local function is_number(value) return value:find("^%-?[%d_,.]+$") ~= nil end

-- The first secret that a text holds, as a whole number or anywhere as a text; nil when it holds none.
function direct_answers.find(content, secrets)
  for _, value in ipairs(secrets) do
    if is_number(value) then
      if re.find(content, "(?:^|[^\\d.])" .. re.escape(value) .. "(?:$|[^\\d])") then return value end
    elseif content:find(value, 1, true) then
      return value
    end
  end
  return nil
end

return direct_answers
