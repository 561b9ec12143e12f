-- What SkillOpt's experiments have in common.
local setup = {}

-- The original's default for both roles; several trainings, for one says nothing about the next.
setup.models = { default = "openai/gpt-5.5" }
setup.seeds = { 1, 2, 3 }

-- The skill to start from alone is worth something on some benchmarks, so it is a row beside no skill. It is not
-- trained; best and last are one training, paid once.
setup.arms = {
  { "No skill", recipe = "no_skill" },
  { "Initial skill", returns = "initial" },
  { "SkillOpt" },
  { "SkillOpt: last skill", returns = "last" },
}

setup.evaluate = { with = "benchmark" }

-- The published numbers of a benchmark beside the measured ones: GPT-5.5, without an agent around it. A difference is
-- shown where data, models and protocol match; that the data and the prompts are the original's is for you to state.
function setup.table(benchmark)
  return { baseline = "Initial skill", reference = {
    file = "reference/main.csv", table = "main", block = benchmark, backbone = "GPT-5.5",
  } }
end

-- The set `models=offline`: the rule-based reader, of so many tokens of attention, and the set `name` of the data.
-- `more`: what else is other offline.
function setup.offline(experiment_name, attention, name, more)
  local out = { name = experiment_name .. "_offline", data = name, table = { baseline = "Initial skill" },
                models = { default = "offline/reader:attention=" .. attention } }
  for key, value in pairs(more or {}) do out[key] = value end
  return { offline = out }
end

-- Items that make_searchqa.py wrote, in one file.
setup.generated_searchqa = data.benchmark {
  name = "searchqa", split_mode = "ratio", split_ratio = "3:2:5", data_path = "../../build/searchqa.json",
}

return setup
