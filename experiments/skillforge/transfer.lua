-- Transfer to unseen tasks: the number that matters. First attempts on held-out tasks with the library frozen, beside
-- the tasks' curated skills; and how the share of a category's tasks that was learned from changes it.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_transfer",
  doc      = "What is an evolved library worth on tasks that nobody has seen?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "No library", recipe = "no_skill" },
    { "Seed library", max_cycles = 0 },
    { "Seed library and curated skills", max_cycles = 0, use_skills = true },
    { "One cycle, nothing learned", max_cycles = 1, success_mode = "off" },
    { "SkillForge, two cycles", max_cycles = 2 },
    { "SkillForge, three cycles" },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "Seed library" },
  sets     = setup.sets "skillforge_transfer",
}
