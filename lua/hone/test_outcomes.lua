-- What a verifier's output says about single tests: names and counts. A CTRF report is used first; else the
-- output is read line by line, as the original does, but without its traps: a count is only believed in a
-- summary of tests ("HTTP 404 error" is no 404 failed tests), and a parametrised id with blanks leaves no value.
local masking = require "hone.masking"

local test_outcomes = {}

local function sorted(set)
  local names = {}
  for name in pairs(set) do names[#names + 1] = name end
  return names
end

local function report(passed, failed, n_passed, n_failed, score)
  local total = n_passed + n_failed
  return { passed = sorted(passed), failed = sorted(failed), n_passed = n_passed, n_failed = n_failed,
           partial_score = score or (total > 0 and n_passed / total or 0.0) }
end

local FAILED = { failed = true, error = true, other = false }

function test_outcomes.of_ctrf(ctrf)
  local passed, failed, n_passed, n_failed = {}, {}, 0, 0
  for _, test in ipairs(ctrf.tests or {}) do
    if type(test) == "table" and type(test.name) == "string" then
      local name = masking.test_name(test.name:match("([^:]+)$") or test.name)
      if name:find("^[%w_.%-/]+$") == nil then name = masking.thorough(name) end
      if test.status == "passed" then
        passed[name], n_passed = true, n_passed + 1
      elseif FAILED[test.status] then
        failed[name], n_failed = true, n_failed + 1
      end
    end
  end
  -- A name that failed with one parameter has failed.
  for name in pairs(failed) do passed[name] = nil end
  return report(passed, failed, n_passed, n_failed)
end

-- "path::name[params] STATUS", "[FAILED] name: ...", "Failed tests: a, b".
local function read_names(line, passed, failed)
  if line:find("::", 1, true) then
    local head = line:match("^[^%[]*::[^%[%s]*") or line
    local name = masking.test_name(head:match(".*::%s*([^%s]*)") or "")
    name = name:gsub("%-+$", "")
    if name == "" then return true end
    if line:find("PASSED", 1, true) then passed[name] = true end
    if line:find("FAILED", 1, true) or line:find("ERROR", 1, true) then failed[name] = true end
    return true
  end
  local status, rest = text.trim(line):match("^%[(%u+)%]%s*(.*)$")
  if status == "PASSED" or status == "FAILED" then
    local name = masking.test_name(rest:match("^[^:%-]*"))
    if name ~= "" then (status == "PASSED" and passed or failed)[name] = true end
    return true
  end
  local kind, list = re.match(line, "(?i)^\\s*(failed|passed) test\\(?s?\\)?:\\s*(.*)$"), line:match(":%s*(.*)$")
  if kind then
    for _, name in ipairs(re.split(list or "", "[,;]")) do
      name = masking.test_name(name)
      if name ~= "" then (kind:lower() == "passed" and passed or failed)[name] = true end
    end
    return true
  end
  return false
end

-- A summary has nothing but counts in it: "== 2 failed, 3 passed in 0.1s ==", "3 passed".
local SUMMARY = "(?i)^[\\s=]*(?:\\d+ (?:failed|passed|errors?|skipped|warnings?|xfailed|xpassed|deselected)[,\\s]*)+"
  .. "(?:in [\\d.]+ ?s.*)?[\\s=]*$"

local function size(set)
  local n = 0
  for _ in pairs(set) do n = n + 1 end
  return n
end

function test_outcomes.of_output(output)
  local passed, failed, score = {}, {}, nil
  local lines = text.lines(output)
  local rest = {}
  for _, line in ipairs(lines) do
    if not read_names(line, passed, failed) then rest[#rest + 1] = line end
  end
  local n_passed, n_failed = size(passed), size(failed)
  for _, line in ipairs(rest) do
    if re.find(line, SUMMARY) then
      n_passed = math.max(n_passed, tonumber(re.match(line, "(?i)(\\d+) passed")) or 0)
      n_failed = math.max(n_failed, (tonumber(re.match(line, "(?i)(\\d+) failed")) or 0)
        + (tonumber(re.match(line, "(?i)(\\d+) errors?")) or 0))
    end
    if n_failed == 0 then n_failed = tonumber(line:match("^Failed:%s*(%d+)")) or 0 end
    if n_passed == 0 then n_passed = tonumber(line:match("^Passed:%s*(%d+)")) or 0 end
    local given = tonumber(line:match("^Score:%s*([%d.]+)"))
    if given then score = math.max(0.0, math.min(1.0, given)) end
  end
  return report(passed, failed, n_passed, n_failed, score)
end

-- Of a container.Verdict or anything that has `stdout` and maybe `ctrf`.
function test_outcomes.of(verdict)
  local ctrf = verdict.ctrf
  if type(ctrf) == "table" and type(ctrf.tests) == "table" and #ctrf.tests > 0 then
    return test_outcomes.of_ctrf(ctrf)
  end
  return test_outcomes.of_output(verdict.stdout or "")
end

return test_outcomes
