-- Whether mutations are kept as they come, only when a holdout score does not fall, or undone when nothing improves.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_gating",
  doc      = "Is it worth the attempts to test a mutation before it is kept?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "Every mutation is kept" },
    { "Holdout gate", gate = "holdout" },
    { "Rollback on stagnation", stagnation = 2 },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "Every mutation is kept" },
  sets     = setup.sets "skillforge_gating",
}
