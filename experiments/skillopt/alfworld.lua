-- SkillOpt on ALFWorld, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
--
--   experiments/skillopt/make_samples.py build/samples
--   hone run experiments/skillopt/alfworld.lua models=offline
-- The set plays in a small house of ours, not in ALFWorld, and the offline reader, which remembers two steps, hardly
-- ever wins there: it shows that the parts work, no more.
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
  sets     = {
    models = setup.offline("skillopt_alfworld", 1500, "samples"),
    data = { samples = { data = data.benchmark {
      name = "alfworld", split_dir = "../../build/samples/alfworld", max_steps = 20,
      engine_file = "alfworld_toy.py", engine = { "python3", "-I", "/engine/alfworld_toy.py" },
    } } },
  },
}
