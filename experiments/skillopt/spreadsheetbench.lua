-- SkillOpt on SpreadsheetBench, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
--
--   experiments/skillopt/make_samples.py build/samples
--   hone run experiments/skillopt/spreadsheetbench.lua models=offline
-- The offline reader writes no programs, so its rows are zero: the set shows that the parts work, no more.
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_spreadsheetbench",
  doc      = "Does a skill trained by edits write better code for spreadsheets?",
  data     = data.benchmark {
    name = "spreadsheetbench", split_mode = "split_dir", split_dir = "../../data/spreadsheetbench_split",
    data_root = "../../data/spreadsheetbench_verified_400", mode = "multi", max_turns = 30, exec_timeout = 600,
  },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 24 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("SpreadsheetBench"),
  sets     = {
    models = setup.offline("skillopt_spreadsheetbench", 1500, "samples"),
    data = { samples = { data = data.benchmark {
      name = "spreadsheetbench", split_dir = "../../build/samples/spreadsheetbench", mode = "single",
      program_timeout = 20,
    } } },
  },
}
