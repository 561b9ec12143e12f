-- Table 1 of the Ctx2Skill paper: what does each method do for a backbone, overall and by category?
--
-- `models=frontier` makes the rows of all seven models without a skill, each with the key of its provider.
local paper = require "experiment.paper"

local arms = {
  { "Base", recipe = "no_skill" },
  { "Prompting", recipe = "prompting" },
  { "AutoSkill4Doc", recipe = "autoskill4doc" },
  { "Ctx2Skill", recipe = "ctx2skill" },
}

local sets = paper.sets("ctx2skill_table1", {
  matrix = { models = paper.readers },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table = { baseline = "Base", columns = paper.columns(false), reference = paper.reference("table1.csv") },
})
sets.models.frontier = {
  name = "ctx2skill_table1_frontier",
  arms = { { "Base", recipe = "no_skill" } },
  matrix = { models = {
    { "GPT-5.1", default = "openai/gpt-5.1-2025-11-13" },
    { "Claude Opus 4.5", default = "anthropic/claude-opus-4-5-20251101" },
    { "Kimi K2.5", default = "moonshot/kimi-k2.5" },
    { "GPT-5.2", default = "openai/gpt-5.2-2025-12-11" },
    { "Gemini 3 Pro", default = "gemini/gemini-3-pro-preview" },
    { "DeepSeek V3.2 Thinking", default = "deepseek/deepseek-reasoner" },
    { "GPT-4.1", default = "openai/gpt-4.1-2025-04-14" },
  } },
}

return experiment {
  name     = "ctx2skill_table1",
  doc      = "What does each method do for a backbone?",
  data     = paper.data,
  models   = { default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  matrix   = { models = paper.backbones },
  arms     = arms,
  evaluate = { with = "rubrics", judge = paper.judge },
  table    = {
    baseline = "Base",
    columns = paper.columns(true),
    reference = paper.reference("table1.csv"),
  },
  sets     = sets,
}
