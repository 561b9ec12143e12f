-- What do the parts of SkillOpt contribute? Schedules, learning rates, batch sizes, slow update and meta skill, update
-- modes, gate metrics, and the settings of its code where they are others than its guide's. On SearchQA; offline on the
-- questions of make_searchqa.py:
--
--   hone run experiments/skillopt/ablation.lua models=offline
--   hone run experiments/skillopt/ablation.lua models=offline --arm 'schedule: *'
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_ablation",
  doc      = "What does each part of SkillOpt contribute?",
  data     = data.benchmark { name = "searchqa", split_mode = "split_dir", split_dir = "../../data/searchqa_split" },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 24 },
  arms     = {
    { "Initial skill", returns = "initial" },
    { "SkillOpt" },
    { "schedule: constant", lr_scheduler = "constant" },
    { "schedule: linear", lr_scheduler = "linear" },
    { "learning rate: without", lr_scheduler = "autonomous" },
    { "learning rate: chosen by the optimizer", lr_control_mode = "autonomous" },
    { "learning rate: 2", edit_budget = 2 },
    { "learning rate: 8", edit_budget = 8 },
    { "learning rate: 16", edit_budget = 16 },
    { "batch size: 8", batch_size = 8 },
    { "batch size: 24", batch_size = 24 },
    { "batch size: 80", batch_size = 80 },
    { "without rejected buffer", step_history = false },
    { "without slow update", use_slow_update = false },
    { "without meta skill", use_meta_skill = false },
    { "without meta skill and slow update", use_slow_update = false, use_meta_skill = false },
    { "slow update: gated", slow_update_gate_with_selection = true },
    { "update: rewrite from suggestions", skill_update_mode = "rewrite_from_suggestions" },
    { "update: whole skills", skill_update_mode = "full_rewrite_minibatch" },
    { "gate: soft", gate_metric = "soft" },
    { "gate: mixed", gate_metric = "mixed" },
    { "gate: none", use_gate = false, ungated = "force_accept", returns = "last" },
    { "gate: paired test", gate_rule = "paired_test" },
    { "skill-aware reflection", use_skill_aware_reflection = true },
    { "code instead of guide", preset = "published_code" },
    { "SkillOpt, other draws", independent = true },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "SkillOpt", reference = {
    file = "reference/ablation.csv", table = "ablation", block = "SearchQA", backbone = "not stated", rows = {
      ["SkillOpt"] = "learning rate 4 (default)", ["learning rate: without"] = "without learning rate",
    },
  } },
  sets     = {
    models = setup.offline("skillopt_ablation", 500, "generated", { table = { baseline = "SkillOpt" } }),
    data = { generated = { data = setup.generated_searchqa } },
  },
}
