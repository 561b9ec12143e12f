-- What the experiments of this folder have in common: the models and the data of the paper (arXiv 2604.27660),
-- and what stands for both where there is no key and no CL-bench.
--
--   hone run experiments/ctx2skill/table3.lua data.path=/where/CL-bench.jsonl
--   hone run experiments/ctx2skill/table3.lua models=offline
--
-- The offline reader is a rule-based stand-in, not a language model: its numbers say how the parts work together.
-- It takes part in two strengths, which differ in how much of a context they read.
local paper = {}

paper.judge = "openai/gpt-5.1-2025-11-13"
paper.quality_judge = "openai/gpt-4.1-2025-04-14"

-- The judge is the same for all; every other role is the backbone's.
paper.backbones = {
  { "GPT-4.1", default = "openai/gpt-4.1-2025-04-14", judge = paper.judge },
  { "GPT-5.1", default = "openai/gpt-5.1-2025-11-13", judge = paper.judge },
  { "GPT-5.2", default = "openai/gpt-5.2-2025-12-11", judge = paper.judge },
}

-- In the project's folder; elsewhere: data.path=...
paper.data = data.cl_bench { path = "../../CL-bench.jsonl" }

local OFFLINE = "offline/reader"

paper.readers = {
  { "Weaker reader", default = "offline/reader:attention=1000", judge = OFFLINE },
  { "Stronger reader", default = "offline/reader:attention=1500", judge = OFFLINE },
}

-- The rows of a published table that stand beside a reader's. Nothing of them is comparable to it.
paper.beside = { ["Weaker reader"] = "GPT-4.1", ["Stronger reader"] = "GPT-5.1" }

-- Texts that every Debian system has: 24 contexts of 15 sources.
local texts = {
  data = data.documents {
    path = { "/usr/share/common-licenses", "/usr/share/doc/debian-policy" },
    include = { "*.txt.gz", "*GPL*", "GFDL*", "MPL*", "Apache*", "Artistic*", "CC0*", "BSD*" },
    context_words = 3000,
    min_words = 900,
    tasks_per_context = 8,
    max_contexts = 24,
  },
}

-- The published numbers beside the measured ones. A difference is shown where data, models and protocol match:
-- the models are checked against what answered; that CL-bench itself was read, and that the paper's prompts were
-- put in the place of Hone's own, is for you to state (table.reference.match.data=true, ...protocol=true).
function paper.reference(file, more)
  local out = { file = "reference/" .. file, backbones = paper.beside, match = {
    models = { ["GPT-4.1"] = "gpt-4.1-2025-04-14", ["GPT-5.1"] = "gpt-5.1-2025-11-13",
               ["GPT-5.2"] = "gpt-5.2-2025-12-11" },
  } }
  for key, value in pairs(more or {}) do out[key] = value end
  return out
end

-- Columns of a table of solving rates. CL-bench has four categories, the texts have one a source.
function paper.columns(with_categories)
  local out = { "solved", "solved_all", "difference", "mark", "published", "published_difference" }
  if with_categories then out[#out + 1] = "categories" end
  for _, name in ipairs { "ungraded", "missing", "calls_alone", "calls_exclusive", "calls_shared", "cost" } do
    out[#out + 1] = name
  end
  return out
end

-- The sets of an experiment: `models=offline` takes `offline`'s fields, and the texts unless data is named.
function paper.sets(name, offline)
  offline.name, offline.models, offline.data = name .. "_offline", { default = OFFLINE }, "texts"
  offline.seeds = { 1, 2, 3 }
  return { models = { offline = offline }, data = { texts = texts } }
end

-- The first `n` of a list, as entries of a matrix.
function paper.first(list, n)
  local out = {}
  for i = 1, n do out[i] = list[i] end
  return out
end

return paper
