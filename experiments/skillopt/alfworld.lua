-- SkillOpt on ALFWorld, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_alfworld",
  doc      = "Does a skill trained by edits act better in a household of text?",
  data     = data.benchmark {
    name = "alfworld", split_mode = "split_dir", split_dir = "../../data/alfworld_path_split", max_steps = 50,
  },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 8 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("ALFWorld"),
}
