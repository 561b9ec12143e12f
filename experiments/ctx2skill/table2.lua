-- Table 2 of the Ctx2Skill paper: the quality of the skills that each method makes, in the eyes of a judge. The
-- skills are those of Table 1: after that table only the judge is asked.
--
-- The paper states neither prompt nor inputs of its judge; lua/hone/evaluate/quality.lua says what is asked here.
local paper = require "experiment.paper"

return experiment {
  name     = "ctx2skill_table2",
  doc      = "How good are the skills as texts?",
  data     = paper.data,
  models   = { default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  matrix   = { models = paper.backbones },
  arms     = {
    { "Prompting", recipe = "prompting" },
    { "AutoSkill4Doc", recipe = "autoskill4doc" },
    { "Ctx2Skill", recipe = "ctx2skill" },
  },
  evaluate = { with = "quality", judge = paper.quality_judge },
  table    = {
    columns = { "metrics", "ungraded", "missing", "calls_alone", "calls_shared", "cost" },
    reference = paper.reference("table2.csv", { columns = {
      ["quality.conciseness"] = "conc", ["quality.faithfulness"] = "faith", ["quality.clarity"] = "clar",
      ["quality.effectiveness"] = "eff", ["quality.reusability"] = "reus", ["quality.average"] = "avg",
    } }),
  },
  sets     = paper.sets("ctx2skill_table2", {
    matrix = { models = paper.readers },
    evaluate = { with = "quality", judge = "offline/reader" },
  }),
}
