-- SkillOpt on LiveMathematicianBench, with the original's settings for it. Data: its split, which `hone convert`
-- makes, in data.split_dir.
--
--   experiments/skillopt/make_samples.py build/samples
--   hone run experiments/skillopt/livemathematicianbench.lua models=offline
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_livemathematicianbench",
  doc      = "Does a skill trained by edits answer questions about recent theorems better?",
  data     = data.benchmark {
    name = "livemathematicianbench", split_mode = "split_dir", split_dir = "../../data/livemathematicianbench_split",
    shuffle_choices = true, use_theorem = false, use_sketch = false,
  },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 64 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("LiveMath"),
  sets     = {
    models = setup.offline("skillopt_livemathematicianbench", 500, "samples"),
    data = { samples = { data = data.benchmark {
      name = "livemathematicianbench", split_dir = "../../build/samples/livemathematicianbench", use_theorem = true,
    } } },
  },
}
