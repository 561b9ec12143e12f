-- What SkillForge's experiments have in common. They run offline: solver and evolver are the rule-based stand-in,
-- which is no language model, so the numbers say how the parts work together and not how good the method is. With
-- models of your own: models.default=provider/model, or --set models=published for those of the released program.
local setup = {}

-- Half of each category is held out: the recipe never sees those tasks.
setup.data = data.task_folders { path = "../tasks", held_out = 0.5 }
setup.models = { default = "offline/reader", retriever = "offline/hash-embedding" }
setup.seeds = { 1, 2, 3 }
setup.base = { recipe = "skillforge", max_turns = 24, batch_size = 4, max_workers = 2, task_skill_mode = "off" }
setup.evaluate = { with = "first_attempt", max_turns = 24 }

function setup.sets(name)
  return { models = { published = {
    name = name .. "_published", models = { default = "bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0" },
  } } }
end

return setup
