-- A configuration file of A-Evolve's SkillBench loop, as it is, as parameters and experiment values. Keys that have no
-- counterpart are notes; keys that nobody knows are told.
local SAME = { "batch_size", "max_cycles", "evolve_prompts", "evolve_skills", "evolve_memory", "evolve_tools",
               "evolver_max_tokens", "egl_threshold", "egl_window", "max_skills", "protect_skills", "feedback_level",
               "task_skill_mode", "native_profile", "score_mode", "max_tokens", "use_skills", "success_mode",
               "promotion_threshold", "distill", "no_direct_answers", "retry_max" }

-- The provider as the original guesses it from a model's name.
local function model_name(id)
  if id:find("%.") and (id:find("anthropic") or id:find("amazon") or id:find("meta")) then return "bedrock/" .. id end
  if id:find("^claude") then return "anthropic/" .. id end
  if id:find("^gpt%-") or id:find("^o[13]") then return "openai/" .. id end
  return "bedrock/" .. id
end

local NOTES = {
  region = "the region is your own configuration's",
  evolver_temperature = "was never sent",
  trajectory_only = "only the file-based evolver is here; feedback_level none is the nearest setting",
  prompt_only = "set evolve_skills = false and evolve_prompts = true",
  solver_proposed = "the nearest setting is success_mode",
  workspace = "a seed is a folder of seed_workspaces/",
}

local known = {}
for _, name in ipairs(SAME) do known[name] = function(out, value) out.params[name] = value end end
for name, why in pairs(NOTES) do known[name] = function(out) table.insert(out.notes, name .. ": " .. why) end end

function known.evolver_model(out, value) out.experiment.models.evolver = model_name(tostring(value)) end
function known.model_id(out, value) out.experiment.models.solver = model_name(tostring(value)) end

function known.mode(out, value)
  out.params.solver = value == "harbor" and "exec" or "agent"
end

function known.skill_select_limit(out, value)
  out.params.skill_select_limit = math.max(0, math.tointeger(tonumber(value)) or 0)
end

function known.split_seed(out, value) out.experiment.data.params.split_seed = value end
function known.tasks_dir(out, value) out.experiment.data.params.path = value end
function known.category(out, value) out.experiment.data.params.category = value end
function known.difficulty(out, value) out.experiment.data.params.difficulty = value end
function known.limit(out, value) out.experiment.data.params.limit = value end

function known.holdout_ratio(out, value)
  if value == 0 then return end
  out.params.gate, out.params.holdout_ratio = "holdout", value
  table.insert(out.notes, "holdout_ratio: the original set tasks aside and never looked at them; here they are the "
    .. "gate's")
end

local function read(out, values, path)
  for key, value in pairs(values) do
    local use = known[key]
    if key == "extra" and type(value) == "table" then
      read(out, value, "extra.")
    elseif use then
      use(out, value)
    else
      local names = {}
      for name in pairs(known) do names[#names + 1] = name end
      local near = text.nearest(tostring(key), names)
      table.insert(out.unknown, path .. tostring(key) .. (near and " (did you mean '" .. near .. "'?)" or ""))
    end
  end
end

return function(values)
  local out = { params = {}, notes = {}, unknown = {},
                experiment = { models = {}, data = { mapper = "task_folders", params = {} } } }
  read(out, values, "")
  if out.params.max_cycles then
    table.insert(out.notes, "max_cycles: the loop solved the same first batch in every cycle; here it is the attempts "
      .. "at a task")
  end
  return out
end
