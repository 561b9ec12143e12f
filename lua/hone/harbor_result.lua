-- The result.json of a Harbor trial, or of any harness that writes something like it: the score is the first number
-- under reward, score or final_score, also inside agent_result, verifier_result, result, metadata and rewards.
local harbor_result = {}

local SCORES = { "reward", "score", "final_score" }
local INSIDE = { "agent_result", "verifier_result", "result", "metadata", "rewards" }

local function find(value, names, kind)
  if type(value) ~= "table" then return nil end
  for _, name in ipairs(names) do
    if type(value[name]) == kind then return value[name] end
  end
  for _, name in ipairs(INSIDE) do
    local found = find(value[name], names, kind)
    if found ~= nil then return found end
  end
  return nil
end

-- {passed, reward, class, stdout} as a container's verdict has them; nil and why for what is no result.
function harbor_result.read(source)
  local value, why = json.decode(source)
  if type(value) ~= "table" then return nil, why or "it is no object" end
  local reward = find(value, SCORES, "number")
  local passed = find(value, { "passed", "success" }, "boolean")
  if reward == nil and passed == nil then return nil, "it has neither a score nor 'passed'" end
  reward = math.max(0.0, math.min(1.0, reward or (passed and 1.0 or 0.0)))
  if passed == nil or reward >= 1 then passed = reward >= 1 end
  local output = find(value, { "output", "stdout", "verifier_output" }, "string") or ""
  return { passed = passed, reward = reward, class = passed and "none" or "verifier_fail", stdout = output }
end

return harbor_result
