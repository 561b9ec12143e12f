return recipe {
  name = "no_skill",
  doc = "The model as it is: no skill, no call. The baseline that every method is compared with.",
  unit = "context",
  uses = {},
  params = {},
  run = function() return {} end,
  bound = function() return 0 end,
}
