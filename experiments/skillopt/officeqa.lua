-- SkillOpt on OfficeQA, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
--
--   experiments/skillopt/make_samples.py build/samples
--   hone run experiments/skillopt/officeqa.lua models=offline
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_officeqa",
  doc      = "Does a skill trained by edits find figures in office documents better?",
  data     = data.benchmark {
    name = "officeqa", split_mode = "split_dir", split_dir = "../../data/officeqa_split", max_tool_turns = 24,
    search_mode = "offline", data_dirs = { "../../data/officeqa_docs_official" },
  },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 4 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("OfficeQA"),
  sets     = {
    models = setup.offline("skillopt_officeqa", 500, "samples"),
    data = { samples = { data = data.benchmark {
      name = "officeqa", split_dir = "../../build/samples/officeqa",
      data_dirs = { "../../build/samples/officeqa/documents" },
    } } },
  },
}
