-- Which skills of the library a task gets, while it grows and when it is evaluated: all, the two best by keywords, the
-- two nearest by embedding.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_selection",
  doc      = "Is choosing skills better than giving all of them?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "All skills" },
    { "Two by keywords", skill_select_limit = 2, skill_select = "keyword" },
    { "Two by embedding", skill_select_limit = 2, skill_select = "semantic" },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "All skills" },
  sets     = setup.sets "skillforge_selection",
}
