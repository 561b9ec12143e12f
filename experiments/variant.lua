-- One step of Ctx2Skill changed (recipes/ctx2skill_terse.lua), beside Ctx2Skill itself: the new row costs its
-- own differing calls only.
return experiment {
  name = "variant",
  doc  = "Does a bound on the length of a skill cost or help?",
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
    { "Ctx2Skill, terse", recipe = "ctx2skill_terse" },
    { "Ctx2Skill, very terse", recipe = "ctx2skill_terse", words = 60 },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "No skill" },
}
