-- Table 3 of the Ctx2Skill paper: its 25 distinct rows, of two backbones. "Using Skills from Iter-5" is the row
-- without replay. One sub-table: --arm "GPT-4.1: w/o *", --arm "GPT-4.1: Using Skills *", --arm "*Skills from GPT*".
--
-- Parts and variants are compared with Ctx2Skill itself; Ctx2Skill and skills of the other backbone with no skill.
-- Rows that only choose another of the versions that were made ask nothing new. The last row has the settings of
-- Ctx2Skill and other draws: it says how far two equal rows are apart.
local paper = require "experiment.paper"

local function arms(first, second)
  local only = { model = first }
  return {
    { "Base Model", recipe = "no_skill", baseline = "" },
    { "Ctx2Skill", baseline = "Base Model" },
    -- Ablation study
    { "w/o Cross-Time Replay Mechanism", select = "last" },
    { "w/o Decoupling Proposer and Generator", split_proposer_generator = false },
    { "w/o Challenger Skills Evolving", challenger_evolves = false },
    { "w/o Easy Probe Set", probe_sets = "hard" },
    { "w/o Hard Probe Set", probe_sets = "easy" },
    { "w/o Laplace Smoothing", smoothing = "none" },
    -- Variant designs
    { "Loser-Only Skill Update", update_policy = "loser_only", only = only },
    { "Joint Outcome Skill Update", update_policy = "joint", only = only },
    { "Using Additive Scoring in Eq.(4)", combine = "sum", only = only },
    -- One iteration for every context
    { "Using Skills from Iter-1", select = "fixed", fixed_iteration = 1, only = only },
    { "Using Skills from Iter-2", select = "fixed", fixed_iteration = 2, only = only },
    { "Using Skills from Iter-3", select = "fixed", fixed_iteration = 3, only = only },
    { "Using Skills from Iter-4", select = "fixed", fixed_iteration = 4, only = only },
    -- Skills that the other backbone made
    { "with Skills from " .. second, skills_from = { arm = "Ctx2Skill", model = second }, baseline = "Base Model",
      only = only },
    { "with Skills from " .. first, skills_from = { arm = "Ctx2Skill", model = first }, baseline = "Base Model",
      only = { model = second } },
    -- Equal settings, other draws
    { "Ctx2Skill, other draws", independent = true, only = only },
  }
end

return experiment {
  name     = "ctx2skill_table3",
  doc      = "What does each part of Ctx2Skill contribute, and do skills help another model?",
  data     = paper.data,
  models   = { default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  matrix   = { models = paper.first(paper.backbones, 2) },
  base     = { recipe = "ctx2skill" },
  arms     = arms("GPT-4.1", "GPT-5.1"),
  evaluate = { with = "rubrics", judge = paper.judge },
  table    = {
    baseline = "Ctx2Skill",
    columns = paper.columns(true),
    reference = paper.reference("table3.csv"),
  },
  sets     = paper.sets("ctx2skill_table3", {
    matrix = { models = paper.readers },
    arms = arms("Weaker reader", "Stronger reader"),
    evaluate = { with = "rubrics", judge = "offline/reader" },
    table = {
      baseline = "Ctx2Skill",
      columns = paper.columns(false),
      reference = paper.reference("table3.csv", { rows = {
        ["with Skills from Stronger reader"] = "with Skills from GPT-5.1",
        ["with Skills from Weaker reader"] = "with Skills from GPT-4.1",
      } }),
    },
  }),
}
