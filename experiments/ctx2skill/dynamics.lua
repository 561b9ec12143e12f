-- Tables 5 to 10 and Figures 3 and 4 of the Ctx2Skill paper: what happens during self-play, of three backbones. It asks
-- what Table 1 asks, so after that table it costs nothing. The same queries work on Table 3 (experiment=...).
--
--   Table 5   hone sql @solved_per_iteration experiment=ctx2skill_dynamics           hone plot curve
--   Table 6   hone sql @rubric_pass_rate_per_iteration experiment=ctx2skill_dynamics
--   Table 7   hone sql @rubrics_per_task experiment=ctx2skill_dynamics
--   Table 8   hone sql @task_words experiment=ctx2skill_dynamics
--   Table 9   hone sql @answer_words experiment=ctx2skill_dynamics
--   Table 10  hone sql @skill_words experiment=ctx2skill_dynamics                    hone plot length
--   Figure 3  hone sql @selected_iteration experiment=ctx2skill_dynamics             hone plot selection
--   Figure 4  hone sql @solved_per_category experiment=ctx2skill_dynamics            hone plot categories
--
-- The published numbers of the tables are in reference/table5.csv to table10.csv.
local paper = require "experiment.paper"

return experiment {
  name     = "ctx2skill_dynamics",
  doc      = "What happens during self-play?",
  data     = paper.data,
  models   = { default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  matrix   = { models = paper.backbones },
  arms     = { { "Base", recipe = "no_skill" }, { "Ctx2Skill", recipe = "ctx2skill" } },
  evaluate = { with = "rubrics", judge = paper.judge, by = "sub_category" },
  table    = { baseline = "Base", by = "none" },
  sets     = paper.sets("ctx2skill_dynamics", {
    matrix = { models = paper.readers },
    evaluate = { with = "rubrics", judge = "offline/reader", by = "category" },
  }),
}
