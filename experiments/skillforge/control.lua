-- As many attempts without learning: what of "solved within k" is trying again, and what is evolution.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_control",
  doc      = "How much of grinding is trying again?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "Retry without evolution", retry_without_evolution = true },
    { "SkillForge" },
    { "One evolution for each failure", evolve_trigger = "task", stagnation = 3 },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "Retry without evolution" },
  sets     = setup.sets "skillforge_control",
}
