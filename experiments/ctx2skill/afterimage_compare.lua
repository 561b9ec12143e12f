-- Ctx2Skill beside Afterimage's discovery workflow, each as its paper or documentation says and as its code does, and
-- beside one pass over the context: as it is, and with as many calls as Ctx2Skill makes, chosen by the same
-- replay, but without self-play.
local paper = require "experiment.paper"

return experiment {
  name     = "ctx2skill_afterimage",
  doc      = "Does Afterimage's workflow find other skills than Ctx2Skill, and does self-play matter?",
  data     = paper.data,
  models   = { default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  matrix   = { models = paper.first(paper.backbones, 1) },
  arms     = {
    { "Base", recipe = "no_skill" },
    { "Prompting", recipe = "prompting" },
    { "Prompting, matched in calls", recipe = "prompting", preset = "matched" },
    { "Ctx2Skill", recipe = "ctx2skill" },
    { "Ctx2Skill, published code", recipe = "ctx2skill", preset = "published_code" },
    { "Afterimage", recipe = "afterimage" },
    { "Afterimage, published code", recipe = "afterimage", preset = "published_code" },
    { "Afterimage, 5 rounds", recipe = "afterimage", iterations = 5 },
    { "Afterimage, bootstrap", recipe = "afterimage", bootstrap_when_no_failures = true },
    { "Afterimage, weighted scoring", recipe = "afterimage", scoring = "weighted" },
  },
  evaluate = { with = "rubrics", judge = paper.judge },
  table    = { baseline = "Base" },
  sets     = paper.sets("ctx2skill_afterimage", {
    matrix = { models = paper.readers },
    evaluate = { with = "rubrics", judge = "offline/reader" },
  }),
}
