-- What can be set about SkillForge, under the names of its grind script's flags. The defaults are its README's; the
-- script's own are the preset published_script.
--
-- Flags that are not parameters here:
--   --model-id, --evolver-model-id, --region   the experiment's models: roles "solver", "evolver", "retriever"
--   --category, --difficulty, --limit, --split-seed, --tasks-dir-*   of the data (hone/data/task_folders.lua)
--   --mode   solver = agent (native) or exec (harbor); --harbor-*: the harness's own business
--   --retry-min-wait-sec, --retry-max-wait-sec   a recipe has no clock; waits between requests are the runtime's
--   --work-dir, --run-dir, --output   the database; `hone export --layout skillforge` writes the files
--   --metrics-only, --verbose   hone export, hone sql, the log
local solving = require "hone.solving_params"

local params = {}

params.declared = {
  max_cycles = param.int { 3, min = 0, doc = "attempts at a task at most, in cycles; 0: the seed library as it is" },
  batch_size = param.int { 1, min = 1, doc = "tasks that are ground together" },
  max_workers = param.int { 1, min = 1, doc = "tasks solved at the same time; evolution is always serial" },
  shuffle = param.bool { true,
    doc = "a new order of the tasks for each replicate; as released the order of the folders' names" },
  task_skill_mode = param.choice { "pre_generate_and_retry", "retry_only", "off",
    doc = "a guide for each single task: written before its first attempt and after failures, after failures only, "
      .. "or none. It never reaches another task" },
  seed_workspace = param.workspace { "skillbench", doc = "the workspace that evolution starts from" },
  feedback_level = param.choice { "tests", "none", "score", "masked", "full",
    doc = "what the evolver is told about a failure: class; and scores; and names of tests; and the verifier's output "
      .. "with its values masked; or as it is" },
  masking = param.choice { "thorough", "published", doc = "how values are masked; the released rule misses many" },
  no_direct_answers = param.bool { true,
    doc = "refuse what holds a value of the verifier's that the solver could not have seen" },
  evolve_skills = param.bool { true, doc = "the evolver may change skills" },
  evolve_memory = param.bool { false, doc = "the evolver may change the memory, and attempts are noted there" },
  evolve_prompts = param.bool { false, doc = "the evolver may change the system prompt" },
  evolve_tools = param.bool { false, doc = "the evolver may change tools/" },
  protect_skills = param.bool { false, doc = "skills may be made, not changed or removed" },
  max_skills = param.int { 5, min = 0, doc = "new skills of one evolution at most" },
  distill = param.bool { false, doc = "shorten skills of more than 200 lines or 6000 bytes" },
  success_mode = param.choice { "gated_promotion", "draft_only", "off",
    doc = "what becomes of tasks solved at the first attempt: drafts that enough tasks promote to a skill, drafts, or "
      .. "nothing" },
  promotion_threshold = param.int { 1, min = 1, doc = "tasks that must support a draft before it is a skill" },
  evolve_trigger = param.choice { "batch", "task",
    doc = "one evolution for all failures of a batch's cycle, or one for each failed task" },
  retry_without_evolution = param.bool { false,
    doc = "the control: as many attempts, but nothing is learned between them" },
  evolver_image = param.string { "hone/base:bookworm", doc = "the image the evolver's shell runs in" },
  evolver_max_turns = param.int { 50, min = 1, doc = "model calls of one evolution" },
  evolver_max_tokens = param.int { 16384, min = 1, doc = "of one answer of the evolver" },
  published_observation = param.bool { false,
    doc = "as released: the evolver finds one file, about the last failure, and 300 characters of feedback a task" },
  gate = param.choice { "none", "holdout",
    doc = "holdout: a mutation is kept only when the score on set-aside tasks does not fall; else it is rolled back" },
  holdout_ratio = param.number { 0.2, min = 0, max = 0.9, doc = "share of the tasks set aside for the gate" },
  gate_tasks = param.int { 3, min = 1, doc = "set-aside tasks solved for one decision at most" },
  gate_tolerance = param.number { 0.0, min = 0, max = 1, doc = "how much the score may fall" },
  stagnation = param.int { 0, min = 0,
    doc = "evolutions in a row that solved no task and raised no score before the workspace goes back to where it was "
      .. "before them; 0: never" },
  egl_threshold = param.number { 0.05, min = 0,
    doc = "convergence: new skills per 1000 attempts below this; at 0.05 it means no new skill in the whole window" },
  egl_window = param.int { 3, min = 1, doc = "evolutions that are looked at" },
  on_convergence = param.choice { "stop_evolving", "stop_run", "ignore",
    doc = "stop_run leaves the remaining tasks untried; as released nothing happens" },
}
for name, value in pairs(solving.declared) do params.declared[name] = value end

params.presets = {
  readme = {},
  -- The grind script started by hand, to the letter of what it did.
  published_script = {
    batch_size = 2, max_tokens = 16384, success_mode = "off", promotion_threshold = 2, shuffle = false,
    masking = "published", no_direct_answers = true, published_observation = true, published_order = true,
    terminal = "published", retry_set = "published", on_convergence = "ignore", distill = false,
  },
}

return params
