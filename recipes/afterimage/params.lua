-- What can be set about the discovery workflow of Afterimage. The defaults are those of its configuration
-- file; what that file cannot reach (scoring, temperatures, the cut of the context) can be set here too.
local params = {}

params.declared = {
  iterations = param.int { 3, min = 1, doc = "rounds on a context" },
  probes_per_context = param.int { 5, min = 1, max = 50, doc = "probes in a round, despite its name" },
  bootstrap_when_no_failures = param.bool { false,
    doc = "write a skill from solved probes when no failure has taught one" },
  bootstrap_cases = param.int { 5, min = 1, doc = "solved probes that the bootstrap sees at most" },
  use_source_rubrics = param.bool { false,
    doc = "show the context's own rubrics as hints when probes are set. Needs data that gives them "
      .. "(hints of a unit), which marks the report tasks of such a context as exposed" },
  respondent = param.string { "", doc = "the system prompt of the assistant that the skills are for" },
  select = param.choice { "replay", "last", doc = "which version is returned" },
  scoring = param.choice { "product", "weighted", doc = "how the rates on hard and easy probes make a score" },
  hard_weight = param.number { 0.7, min = 0, max = 1, doc = "with scoring = weighted" },
  easy_weight = param.number { 0.3, min = 0, max = 1, doc = "with scoring = weighted" },
  laplace_smoothing = param.bool { true, doc = "(c+1)/(n+1), else c/n; a set without probes counts 1" },
  context_chars = param.int { 0, min = 0,
    doc = "characters of the context that every role sees; 0: all. The original cuts at 12000, silently" },
  send_temperatures = param.bool { true,
    doc = "ask with the original's temperatures (the judge has the model's own); false for models that "
      .. "refuse the setting" },
  skill_position = param.choice { "append", "prepend", doc = "where the skill stands in the system message" },
  judge_sees = param.choice { "task_and_context", "task", "answer", doc = "beside the rubrics" },
}

params.presets = {
  published = {},
  -- The released program to the letter of what it shows its models.
  published_code = { context_chars = 12000 },
}

params.temperatures = {
  probe_generator = 0.5, reasoner = 0.2, selector_reasoner = 0.2, reasoner_proposer = 0.35,
  challenger_proposer = 0.35, reasoner_generator = 0.25, challenger_generator = 0.25,
}

-- The stages, which are the roles that an experiment maps to models, and the names that configuration
-- files use for one or two of them.
params.stages = {
  challenger = { "probe_generator" },
  probe_generator = { "probe_generator" },
  reasoner = { "reasoner" },
  judge = { "judge" },
  proposer = { "reasoner_proposer", "challenger_proposer" },
  reasoner_proposer = { "reasoner_proposer" },
  challenger_proposer = { "challenger_proposer" },
  generator = { "reasoner_generator", "challenger_generator" },
  reasoner_generator = { "reasoner_generator" },
  challenger_generator = { "challenger_generator" },
  selector_reasoner = { "selector_reasoner" },
  selector = { "selector_judge" },
  selector_judge = { "selector_judge" },
}

params.tries = 3

-- Most calls of one context, by part. A round of one probe teaches one side and keeps one probe.
function params.bound(p)
  local again = params.tries - 1
  local probes = p.iterations * p.probes_per_context
  local updates = 2 * p.iterations * math.min(2, p.probes_per_context) + (p.bootstrap_when_no_failures and 1 or 0)
  local kept = p.iterations * math.min(2, p.probes_per_context)
  local replays = p.select == "replay" and p.iterations * kept or 0
  return {
    loop = p.iterations + 2 * probes + updates,
    replay = 2 * replays,
    retries = again * (p.iterations + probes + updates + replays),
  }
end

return params
