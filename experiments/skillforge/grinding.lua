-- Solve, fail, evolve, try again, on tasks in containers: which tasks are solved within how many attempts (hone sql
-- @solved_within_k experiment=skillforge_grinding), and what the evolved library is worth at the first attempt on
-- tasks that it was not made on, beside the library it started from and no library at all.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_grinding",
  doc      = "Does a library that evolved on failures solve unseen tasks at the first attempt?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "No library", recipe = "no_skill" },
    { "Seed library", max_cycles = 0 },
    { "SkillForge" },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "Seed library" },
  sets     = setup.sets "skillforge_grinding",
}
