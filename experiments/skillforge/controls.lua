-- The tasks themselves: their own solutions pass, and doing nothing does not. hone sql @solved_within_k
-- experiment=skillforge_controls says 100 and 0; anything else is a broken task or a broken container.
local setup = require "experiment.setup"

return experiment {
  name   = "skillforge_controls",
  doc    = "Do the tasks' own solutions pass their tests, and does doing nothing fail them?",
  data   = data.task_folders { path = "../tasks", held_out = 0 },
  models = setup.models,
  seeds  = { 1 },
  base   = { recipe = "skillforge", max_cycles = 1, batch_size = 100, max_workers = 2, retry_without_evolution = true },
  arms   = {
    { "Oracle", solver = "oracle" },
    { "Nobody", solver = "nop" },
  },
}
