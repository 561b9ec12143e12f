-- What can be set about SkillOpt, under the names of its own configuration where it has one, and what was
-- published. The defaults are those of its guide; where the guide says nothing, of its code (commit bdfdc30).
-- Settings of a benchmark (turns, limits, image detail, ...) are settings of its data.
local params = {}

local original = {
  env = param.string { "", doc = "the benchmark that the data must be of; empty: whichever it is of" },
  skill_init = param.string { "", doc = "text of the skill to start from; empty: what `start` says" },

  workers = param.int { 16, min = 1, doc = "items that the target works on side by side" },
  num_epochs = param.int { 4, min = 1, doc = "passes over the training items" },
  train_size = param.int { 0, min = 0,
    doc = "training items; 0: all there are. Another number than there are is an error" },
  batch_size = param.int { 40, min = 1, doc = "training items of a rollout" },
  accumulation = param.int { 1, min = 1, doc = "rollouts of a step" },
  seed = param.int { 42, min = 0, doc = "of the shuffles, Python's; replicates are `seeds` of the experiment" },

  minibatch_size = param.int { 8, min = 1, doc = "trajectories that one analyst sees" },
  merge_batch_size = param.int { 8, min = 2, doc = "patches that one call merges" },
  analyst_workers = param.int { 16, min = 1, doc = "analysts and merges side by side" },
  failure_only = param.bool { false, doc = "learn from failures alone" },

  edit_budget = param.int { 4, min = 0, doc = "the learning rate: edits of a step, and of one analyst, at most" },
  min_edit_budget = param.int { 2, min = 0, doc = "what a schedule falls to" },
  lr_scheduler = param.choice { "cosine", "constant", "linear", "autonomous",
    doc = "how the budget falls over the steps" },
  lr_control_mode = param.choice { "fixed", "autonomous", "none",
    doc = "autonomous: the optimizer chooses each step's budget; none: a label alone in patch mode" },
  skill_update_mode = param.choice { "patch", "rewrite_from_suggestions", "full_rewrite_minibatch",
    doc = "analysts write edits, suggestions that one call works in, or whole skills" },

  use_slow_update = param.bool { true, doc = "compare epochs, and keep guidance in a protected region of the skill" },
  slow_update_samples = param.int { 20, min = 1, doc = "training items of that comparison" },
  slow_update_gate_with_selection = param.bool { false, doc = "the guidance must pass the gate" },
  longitudinal_pair_policy = param.choice { "mixed", "changed", "unchanged",
    doc = "which items of the comparison are shown" },
  use_meta_skill = param.bool { true, doc = "notes on how to optimize, for the optimizer alone" },
  use_skill_aware_reflection = param.bool { false,
    doc = "analysts tell a defect of the skill from a rule that was not followed; the latter becomes a note" },
  skill_aware_appendix_source = param.choice { "both", "failure_only", doc = "whose notes are kept" },
  skill_aware_consolidate_threshold = param.int { 0, min = 0,
    doc = "notes above which they are consolidated; 0: never" },

  use_gate = param.bool { true, doc = "a candidate must score higher than the current skill on the select split" },
  gate_metric = param.choice { "hard", "soft", "mixed", doc = "mixed: (1 - w) hard + w soft" },
  gate_mixed_weight = param.number { 0.5, min = 0, max = 1, doc = "w of the mixed metric" },
  use_semantic_density = param.bool { false, doc = "add the share of leading words of the skill to its score" },
  semantic_density_weight = param.number { 0.05, min = 0, doc = "of that share" },
  leading_words = param.string { "", doc = "comma-separated; empty: must, always, never, only, ..." },
  sel_env_num = param.int { 0, min = 0, doc = "items of the select split, the first ones; 0: all" },
  eval_test = param.bool { true, doc = "measure the last skill in the end, and take it where it is the best" },

  reasoning_effort = param.string { "medium",
    doc = "of the optimizer; empty: the model's own. The target's is a setting of the data" },
  rewrite_reasoning_effort = param.string { "", doc = "of whole rewrites; empty: as above" },
  rewrite_max_completion_tokens = param.int { 64000, min = 1, doc = "of whole rewrites" },
}

-- Where guide and code disagree, and where the code has a defect: the first value is what we hold to be sound.
local disagreements = {
  ungated = param.choice { "error", "force_accept",
    doc = "what use_gate = false is: an error (guide), or every candidate is taken and measured all the same (code)" },
  slow_update_target = param.choice { "current_and_best", "current",
    doc = "where ungated guidance goes (guide, code)" },
  slow_update_score = param.choice { "measured", "carried",
    doc = "the score of a text with ungated guidance: measured at once, or that of the text before it, with soft 0 "
      .. "(code)" },
  skill_aware_modes = param.choice { "patch_only", "any",
    doc = "skill-aware reflection with rewrites is an error (guide), or unchecked (code)" },
  edit_semantics = param.choice { "sound", "published", doc = "of edit.apply" },
  rewrite_protection = param.choice { "restored", "asked",
    doc = "protected regions after a rewrite: put back as they were, or asked for in the prompt alone (code)" },
  zero_budget = param.choice { "none", "one", doc = "edits a ranked step keeps under a budget of 0 (code: one)" },
  failure_labels = param.choice { "reported", "positional",
    doc = "failure patterns of the step history: reasons, then the analysts' descriptions; or the i-th reason "
      .. "renamed by the i-th description (code)" },
  json_answers = param.choice { "sound", "published", doc = "published: an answer with two objects is no answer" },
  success_notes = param.choice { "dropped", "merged",
    doc = "notes that a success analyst sends though the source is failure_only (code: merged)" },
  meta_skill_without_content = param.choice { "kept", "lost",
    doc = "the notes after an epoch that gave none (code: lost)" },
}

-- Beyond the original.
local beyond = {
  infrastructure_as_wrong = param.bool { false,
    doc = "count failed calls and broken containers as wrong answers, as the original does" },
  start = param.choice { "benchmark", "blank",
    doc = "the skill to start from when skill_init is empty: our own of the benchmark, or none" },
  returns = param.choice { "best", "last", "initial", doc = "which skill the evaluation gets" },
  existing_skill = param.choice { "free", "protected",
    doc = "protected: the skill to start from stays as it is, byte for byte; what is learned is put behind it" },
  skill_files = param.choice { "one", "several",
    doc = "several: SKILL.md and files beside it, in one text with a line before each; edits name their file" },
  gate_rule = param.choice { "strict", "paired_test", doc = "paired_test: higher by more than luck, over items" },
  gate_level = param.number { 0.05, min = 0, max = 1,
    doc = "of the paired test: how often a candidate that is no better is accepted, at most" },
  gate_repeats = param.int { 1, min = 1, doc = "evaluations of a skill, averaged by item" },
  step_calls = param.int { 0, min = 0,
    doc = "calls of a step at most, by its worst case; 0: no limit. Analysts are left out first; a step that could "
      .. "not measure its candidate is skipped" },
  patience = param.int { 0, min = 0, doc = "steps without a better skill after which training ends; 0: never" },
  step_history = param.bool { true, doc = "show the optimizer what earlier steps of the epoch tried; false is the "
    .. "project's ablation without a rejected buffer" },
  answer_tries = param.int { 1, min = 1, max = 10,
    doc = "how often an optimizer's unusable answer is asked for in all; the original asks once" },
}

params.declared = {}
for _, group in ipairs { original, disagreements, beyond } do
  for name, declared in pairs(group) do params.declared[name] = declared end
end

-- One table: what the guide says, and what the code does.
params.presets = {
  guide = {},
  published_code = {
    ungated = "force_accept", slow_update_target = "current", slow_update_score = "carried", skill_aware_modes = "any",
    edit_semantics = "published", rewrite_protection = "asked", zero_budget = "one", failure_labels = "positional",
    json_answers = "published", success_notes = "merged", meta_skill_without_content = "lost",
    infrastructure_as_wrong = true,
  },
}

-- Completion tokens of the optimizer's calls.
params.max_tokens = { usual = 16384, full_rewrite = 64000, consolidate = 4096 }

return params
