-- SkillOpt on SearchQA, with the original's settings for it. Data: its split (400/200/1400), which `hone convert`
-- makes, in data.split_dir. Without a key and with questions about Debian's documents:
--
--   experiments/skillopt/make_searchqa.py build/searchqa.json
--   hone run experiments/skillopt/searchqa.lua models=offline
local setup = require "experiment.setup"

return experiment {
  name     = "skillopt_searchqa",
  doc      = "Does a skill trained by edits answer questions over search results better?",
  data     = data.benchmark { name = "searchqa", split_mode = "split_dir", split_dir = "../../data/searchqa_split" },
  models   = setup.models,
  seeds    = setup.seeds,
  base     = { recipe = "skillopt", workers = 24 },
  arms     = setup.arms,
  evaluate = setup.evaluate,
  table    = setup.table("SearchQA"),
  sets     = {
    models = setup.offline("skillopt_searchqa", 500, "generated"),
    data = { generated = { data = setup.generated_searchqa } },
  },
}
