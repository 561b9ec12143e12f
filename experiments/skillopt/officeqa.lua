-- SkillOpt on OfficeQA, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
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
}
