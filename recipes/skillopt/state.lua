-- What a run knows: `s` of every step. {p, step, b and settings (benchmark), items = {train, select}, plan, t, epoch,
-- calls (of this step), updates (that reached the schedule), history, meta, kept, initial, current, best, best_step}.
local batches = require "skillopt.batches"
local benchmarks = require "hone.benchmarks"
local regions = require "skillopt.regions"
local versions = require "skillopt.versions"

local state = {}

-- Refuses settings that do not go together; tells whether whole skills are written, which have no budget.
local function check(p, n)
  local full = p.skill_update_mode == "full_rewrite_minibatch"
  if p.train_size ~= 0 and p.train_size ~= n then
    error("train_size is " .. p.train_size .. ", but the data has " .. n .. " training items; 0 takes what there is", 0)
  end
  if not p.use_gate and p.ungated == "error" then
    error("use_gate = false: the guide allows no training without the gate; ungated = \"force_accept\" (or preset "
      .. "published_code) takes every candidate", 0)
  end
  if p.use_skill_aware_reflection and p.skill_update_mode ~= "patch" and p.skill_aware_modes == "patch_only" then
    error("use_skill_aware_reflection goes with skill_update_mode = \"patch\" only (skill_aware_modes = \"any\" "
      .. "allows it)", 0)
  end
  if p.skill_files == "several" and p.skill_update_mode ~= "patch" then
    error("skill_files = \"several\" goes with skill_update_mode = \"patch\" only: a rewrite is one text", 0)
  end
  return full
end

local function items_of(context, split)
  local out = benchmarks.split(context, split)
  if #out == 0 then error("the data has no items of the split '" .. split .. "'", 0) end
  return out
end

local function first_text(s, b)
  if s.p.skill_init:find("%S") then return s.p.skill_init end
  return s.p.start == "benchmark" and b.initial_skill or ""
end

function state.open(context, p, step)
  local b, settings = benchmarks.of(context)
  if p.env ~= "" and p.env ~= b.name then error("env is '" .. p.env .. "', but the data is of " .. b.name, 0) end
  local train = items_of(context, "train")
  local s = {
    p = p, step = step, b = b, settings = settings, t = 0, epoch = 0, calls = 0, updates = 0, history = {}, meta = "",
    items = { train = train, select = batches.selection(items_of(context, "select"), p.sel_env_num) },
    plan = batches.plan(#train, p), full_rewrite = check(p, #train),
  }
  local content = first_text(s, b)
  s.kept = p.existing_skill == "protected" and content or ""
  s.initial = versions.save(s, content, "initial_skill")
  s.current = s.initial
  if p.use_skill_aware_reflection then
    local with_region = versions.changed(s, content, function(rest) return regions.put(rest, regions.appendix, "") end)
    s.current = versions.save(s, with_region, "initial_skill")
  end
  return s
end

return state
