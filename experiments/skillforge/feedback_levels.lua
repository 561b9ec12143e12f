-- What the evolver is told about a failure. At "full" it sees expected values; direct answers are refused there as
-- everywhere, and the last row shows what happens when they are not. Offline the rows are alike: the stand-in learns
-- from what the solver saw, whatever it is told about the tests.
local setup = require "experiment.setup"

return experiment {
  name     = "skillforge_feedback_levels",
  doc      = "How much must an evolver be told?",
  data     = setup.data,
  models   = setup.models,
  seeds    = setup.seeds,
  base     = setup.base,
  arms     = {
    { "Nothing but the class", feedback_level = "none" },
    { "Scores", feedback_level = "score" },
    { "Names of tests", feedback_level = "tests" },
    { "Output, values masked", feedback_level = "masked" },
    { "Output", feedback_level = "full" },
    { "Output, answers allowed", feedback_level = "full", no_direct_answers = false },
  },
  evaluate = setup.evaluate,
  table    = { baseline = "Names of tests" },
  sets     = setup.sets "skillforge_feedback_levels",
}
