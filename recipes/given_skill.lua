return recipe {
  name = "given_skill",
  doc = "A skill that was made elsewhere (hone eval --skills): returned as it is, no call.",
  unit = "context",
  uses = {},
  params = {
    variant = param.string { doc = "the name under which the data gives the skill" },
    evolved_on = param.list { {}, doc = "task sources that the skill was made with: in-sample where it is evaluated" },
  },
  run = function(context, p)
    local content = context.given and context.given[p.variant]
    if not content then return {} end
    record.skill { side = "reasoner", text = content }
    return { skill = content }
  end,
  bound = function() return 0 end,
}
