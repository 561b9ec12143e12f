-- The ablation of Ctx2Skill: the 15 rows of the GPT-4.1 block of the paper's Table 3 (arXiv 2604.27660), on the
-- quickstart's texts and with its offline reader. "Iter-5" of the paper is the row without replay.
--
-- Rows that only choose another of the versions that were made ask nothing new; the last row, the same settings
-- with other draws, says how far two equal rows are apart.
return experiment {
  name = "ablation",
  doc  = "What does each part of Ctx2Skill contribute?",
  data = data.documents {
    path = { "/usr/share/common-licenses", "/usr/share/doc/debian-policy" },
    include = { "*.txt.gz", "*GPL*", "GFDL*", "MPL*", "Apache*", "Artistic*", "CC0*", "BSD*" },
    context_words = 3000,
    min_words = 900,
    tasks_per_context = 8,
    max_contexts = 24,
  },
  models = { default = "offline/reader" },
  seeds  = { 1, 2, 3 },
  base   = { recipe = "ctx2skill" },
  arms   = {
    { "Base Model", recipe = "no_skill" },
    { "Ctx2Skill" },
    { "w/o Cross-Time Replay Mechanism", select = "last" },
    { "w/o Decoupling Proposer and Generator", split_proposer_generator = false },
    { "w/o Challenger Skills Evolving", challenger_evolves = false },
    { "w/o Easy Probe Set", probe_sets = "hard" },
    { "w/o Hard Probe Set", probe_sets = "easy" },
    { "w/o Laplace Smoothing", smoothing = "none" },
    { "Loser-Only Skill Update", update_policy = "loser_only" },
    { "Joint Outcome Skill Update", update_policy = "joint" },
    { "Using Additive Scoring in Eq.(4)", combine = "sum" },
    { "Using Skills from Iter-1", select = "fixed", fixed_iteration = 1 },
    { "Using Skills from Iter-2", select = "fixed", fixed_iteration = 2 },
    { "Using Skills from Iter-3", select = "fixed", fixed_iteration = 3 },
    { "Using Skills from Iter-4", select = "fixed", fixed_iteration = 4 },
    { "Ctx2Skill, other draws", independent = true, baseline = "Ctx2Skill" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "Base Model" },
}
