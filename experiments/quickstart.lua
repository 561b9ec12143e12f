-- Self-play on texts that every Debian system has, with the offline reader: no key, no network, minutes.
-- The offline reader is a rule-based stand-in, not a language model: the numbers say how the parts work
-- together, not how good the method is.
return experiment {
  name = "quickstart",
  doc  = "Does a skill learned by self-play help on tasks that nobody saw?",
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
    { "Ctx2Skill w/o replay", select = "last" },
  },
  evaluate = { with = "rubrics", judge = "offline/reader" },
  table    = { baseline = "No skill" },
}
