-- The controls of the quickstart: is it the skill that helps, or just any text of that length? And does
-- the gain go away, as it must, when the reader can read the whole context anyway?
local whole = { default = "offline/reader:attention=100000" }

return experiment {
  name = "quickstart_controls",
  doc  = "A foreign skill, an unrelated text, and a reader without limits.",
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
    { "No skill", recipe = "no_skill" },
    { "Ctx2Skill" },
    { "Skill of another context", skills_from = "Ctx2Skill", skill_map = "another_unit" },
    { "Unrelated text", skills_from = "Ctx2Skill", skill_map = "unrelated_text" },
    { "No skill, whole attention", recipe = "no_skill", models = whole },
    { "Ctx2Skill, whole attention", models = whole, baseline = "No skill, whole attention" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "No skill" },
}
