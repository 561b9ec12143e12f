-- What can be set about Ctx2Skill, and the published settings. The defaults are the paper's
-- (arXiv 2604.27660); where it says nothing, its authors' released code decides.
local params = {}

params.declared = {
  iterations = param.int { 5, min = 1, doc = "rounds of self-play" },
  tasks = param.int { 5, min = 1, max = 50, doc = "tasks the challenger sets in a round" },
  challenger_evolves = param.bool { true, doc = "whether the challenger learns a skill too" },
  split_proposer_generator = param.bool { true, doc = "diagnose and write in two calls, not in one" },
  update_policy = param.choice { "both", "loser_only", "joint",
    doc = "both: failed tasks teach the reasoner, solved ones the challenger; loser_only: only the side "
      .. "that lost the round; joint: all tasks teach both sides" },
  loser_rule = param.choice { "majority", "any",
    doc = "with loser_only: the reasoner lost when at least half of the graded tasks failed, or any" },
  skill_store = param.choice { "replace", "append",
    doc = "replace: the generator writes the whole new skill, adding and merging; append: it writes an "
      .. "addition, put under a heading 'Round t Update' (released code). A round without a usable update "
      .. "leaves the skill as it is, where the released code added a note or lost the skill" },
  skills_seen = param.choice { "full", "summary_only",
    doc = "what proposer and generator see of the present skill: its whole text, or the name and "
      .. "description of its frontmatter (released code)" },
  skill_position = param.choice { "prepend", "append", doc = "where the skill stands in the system message" },
  judge_sees = param.choice { "answer", "task", "task_and_context", doc = "beside the rubrics" },
  easy_ties = param.choice { "first", "random",
    doc = "of solved tasks with equally few rubrics: the first, or one drawn (released code, there without "
      .. "a seed). Of equally hard failed tasks always the first. Ungraded tasks are no probes, where the "
      .. "released code took an unusable judgement for the hardest task" },
  select = param.choice { "replay", "last", "fixed", doc = "which iteration's skill is returned" },
  fixed_iteration = param.int { 1, min = 1, doc = "with select = fixed" },
  probe_sets = param.choice { "both", "hard", "easy", doc = "the probes that count in replay" },
  smoothing = param.choice { "n_plus_1", "n_plus_2", "none",
    doc = "(c+1)/(n+1) as the released code, (c+1)/(n+2) as Laplace's rule, or c/n" },
  empty_probe_set = param.choice { "one", "zero", "skip", doc = "the factor of a set without probes" },
  combine = param.choice { "product", "sum", doc = "how the two sets' rates make a score" },
  replay_reuse = param.bool { false,
    doc = "take a probe's answer and verdict of the loop for the version it was answered under, instead of "
      .. "a fresh one. Biased: a hard probe was kept because that very answer failed, an easy one because "
      .. "it passed, so that version looks worse on hard and better on easy probes than it is" },
}

-- One table for each published system, over the defaults.
params.presets = {
  paper = {},
  published_code = {
    skill_store = "append", skills_seen = "summary_only", skill_position = "append", easy_ties = "random",
    smoothing = "n_plus_1", empty_probe_set = "one", combine = "product", judge_sees = "answer",
  },
}

-- Of one challenger, proposer, generator or judge before its turn is given up.
params.tries = 3

-- Most calls of one context, by part. Under the defaults 75 in the loop and 100 in replay. A round of one task
-- gives one probe, and teaches one side unless all tasks teach both.
function params.bound(p)
  local again = params.tries - 1
  local sides = 1
  if p.challenger_evolves and p.update_policy == "both" then sides = math.min(2, p.tasks) end
  if p.challenger_evolves and p.update_policy == "joint" then sides = 2 end
  local updates = p.iterations * sides * (p.split_proposer_generator and 2 or 1)
  local trials = p.iterations * p.tasks
  local sets = p.probe_sets == "both" and math.min(2, p.tasks) or 1
  local replays = p.select == "replay" and sets * p.iterations * p.iterations or 0
  return {
    loop = p.iterations + 2 * trials + updates,
    replay = 2 * replays,
    retries = again * (p.iterations + trials + updates + replays),
  }
end

return params
