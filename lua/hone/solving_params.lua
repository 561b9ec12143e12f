-- How tasks in containers are solved: parameters that a recipe and the evaluator of its results share, under the
-- names of SkillForge's flags where it has one.
local solving_params = {}

solving_params.declared = {
  solver = param.choice { "agent", "exec", "oracle", "nop",
    doc = "who solves: a model in a profile below (mode native); exec: a harness of yours, called as the model of "
      .. "the role 'solver', that answers with its result.json (mode harbor); oracle: the task's own solution; nop: "
      .. "nobody" },
  native_profile = param.choice { "terminus2", "terminus2_legacy", "strands", doc = "how the solver works" },
  terminal = param.choice { "persistent", "published",
    doc = "of terminus2: a terminal that stays, durations honoured; or as released, every command in a shell of its "
      .. "own" },
  max_turns = param.int { 0, min = 0, doc = "turns of a solver; 0: the profile's own 512, 64 or 200" },
  max_tokens = param.int { 64000, min = 1, doc = "of one answer of the solver" },
  use_skills = param.bool { false,
    doc = "give the task's curated skills; without them the image is searched for skills, and any are removed" },
  skill_select_limit = param.int { 0, min = 0, doc = "most general skills that a task gets; 0: all" },
  skill_select = param.choice { "keyword", "semantic", doc = "which ones, with a limit" },
  score_mode = param.choice { "dual", "reward", "binary",
    doc = "reward: the verifier's, or the share of tests passed where it is 0; binary: passed or not; dual: as "
      .. "released the same as reward" },
  retry_max = param.int { 6, min = 0, doc = "more tries of an attempt that infrastructure ended" },
  retry_set = param.choice { "infrastructure", "published",
    doc = "published: crashes of solver and verifier are tried again too, so that a first pass may be the seventh" },
  published_order = param.bool { false,
    doc = "the tests are in the container while the solver works, as released; every such attempt is marked unsafe" },
}

-- How skills are given out; a library that was made under other settings than the usual ones brings them along, so
-- that arms of a table may differ in them.
local GIVEN = { use_skills = false, skill_select_limit = 0, skill_select = "keyword" }

function solving_params.settings_of(p)
  local out = {}
  for name, usual in pairs(GIVEN) do
    if p[name] ~= usual then out[name] = p[name] end
  end
  return out
end

-- The options of hone.task_attempt.
function solving_params.options(p, library, task_skill)
  local given = {}
  for name, usual in pairs(GIVEN) do
    local brought = library.settings[name]
    given[name] = (type(brought) == type(usual) and p[name] == usual) and brought or p[name]
  end
  return {
    library = library, solver = p.solver, profile = p.native_profile, terminal = p.terminal, max_turns = p.max_turns,
    max_tokens = p.max_tokens, use_skills = given.use_skills, task_skill = task_skill,
    select_limit = given.skill_select_limit, select_rule = given.skill_select, score_mode = p.score_mode,
    retries = p.retry_max, retry_set = p.retry_set, order = p.published_order and "published" or "after",
  }
end

return solving_params
