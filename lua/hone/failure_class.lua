-- One word for why an attempt at a task with a verifier failed, and which of them are the world's fault.
local failure_class = {}

-- First match on the verifier's output in lower case; all patterns of a row must occur.
local BY_OUTPUT = {
  { "assertion", { "assertionerror|\\bassert\\b" } },
  { "module_missing", { "modulenotfounderror|no module named" } },
  { "file_missing", { "filenotfounderror|no such file or directory" } },
  { "test_fail", { "failed", "pytest" } },
  { "runtime_exception", { "traceback|exception|error:" } },
}

function failure_class.of_output(output)
  local lower = output:lower()
  for _, row in ipairs(BY_OUTPUT) do
    local all = true
    for _, pattern in ipairs(row[2]) do all = all and re.find(lower, pattern) ~= nil end
    if all then return row[1] end
  end
  return "verifier_fail"
end

-- Of an attempt: none when it passed; else the solver's deadline, what its profile noticed, the verifier's word.
function failure_class.of(verdict, solve)
  if verdict.passed then return "none" end
  if solve.timed_out then return "agent_timeout" end
  if solve.hint then return solve.hint end
  if verdict.class == "verifier_fail" then return failure_class.of_output(verdict.stdout or "") end
  return verdict.class
end

-- What is tried again: what the world broke, but for errors that last (environment_error). The original's set has
-- crashes of the solver and of the VERIFIER in it, so that a first pass may be the seventh.
local RETRIED = {
  infrastructure = { model_error = true, infrastructure_error = true, harbor_runtime_error = true },
  published = { model_error = true, infrastructure_error = true, environment_error = true, harbor_runtime_error = true,
                runtime_exception = true },
}

function failure_class.is_retried(class, set) return RETRIED[set][class] == true end

return failure_class
