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

-- Words of every skill's header: no answers, whatever a verifier prints.
local HEADER = "name description category version"

-- What must not be written because of these failures. `known` is text that was there before. What one of the solvers
-- saw is known of all the tasks.
function direct_answers.secrets(failures, known, solver_saw_tests)
  local seen, secrets = { known, HEADER }, {}
  for _, result in ipairs(failures) do
    seen[#seen + 1] = result.task.text
    if not solver_saw_tests then seen[#seen + 1] = result.transcript end
  end
  seen = table.concat(seen, "\n")
  for _, result in ipairs(failures) do
    for value in pairs(values_of(result.output)) do
      if not seen:find(value, 1, true) then secrets[#secrets + 1] = value end
    end
  end
  return secrets
end

-- Whole words and whole numbers: 417 is not in 4170, and "count" not in "account".
local function pattern_of(value)
  local before = value:find("^[%w_]") and "(?:^|[^\\w.])" or ""
  local after = value:find("[%w_]$") and "(?:$|[^\\w])" or ""
  return before .. re.escape(value) .. after
end

-- The first secret that a text holds; nil when it holds none.
function direct_answers.find(content, secrets)
  for _, value in ipairs(secrets) do
    if content:find(value, 1, true) and re.find(content, pattern_of(value)) then return value end
  end
  return nil
end

return direct_answers
