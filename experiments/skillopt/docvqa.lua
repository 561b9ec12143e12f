-- SkillOpt on DocVQA, with the original's settings for it. Data: its split, which `hone convert` makes, in
-- data.split_dir.
--
--   experiments/skillopt/make_samples.py build/samples
--   hone run experiments/skillopt/docvqa.lua models=offline
-- The offline reader sees no images, so its rows are zero: the set shows that the parts work, no more.
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_docvqa",
  doc      = "Does a skill trained by edits read scanned documents better?",
  data     = data.benchmark {
    name = "docvqa", split_mode = "split_dir", split_dir = "../../data/docvqa/splits",
  },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 16 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("DocVQA"),
  sets     = {
    models = setup.offline("skillopt_docvqa", 500, "samples"),
    data = { samples = { data = data.benchmark {
      name = "docvqa", split_dir = "../../build/samples/docvqa",
    } } },
  },
}
