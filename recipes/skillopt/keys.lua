-- Every key of SkillOpt's configuration: section and name, the flat name it is known under beside that (its own, where
-- nothing else is said), type, default and legal values, and what it is here. Read in the code at commit bdfdc30.
--   param   a parameter of this recipe of the flat name      data    a setting of the data, of that name
--   role    part of the choice of models (models.lua)        place   where keys and addresses are, which is no
--   note    without effect here, and why                             business of a file: they are yours
-- `code`: the code's default where the shipped base file says another one: it holds for a file that builds on none.
local EFFORTS = { "", "low", "medium", "high", "xhigh", "max" }
local BACKENDS = { "openai_chat", "claude_chat", "qwen_chat", "minimax_chat", "openai_compatible", "copilot_chat",
                   "codex_exec" }
local TARGETS = table.move({ "claude_code_exec", "cursor_exec", "copilot_exec" }, 1, 3, #BACKENDS + 1,
  table.move(BACKENDS, 1, #BACKENDS, 1, {}))

local AGENTS = "command-line agents are set up in your own configuration ([endpoints.NAME] of provider exec)"
local LIMITS = "limits and settings of a server are part of your own configuration"

local keys = { list = {}, by_dotted = {}, by_flat = {} }

keys.sections = { "model", "train", "gradient", "optimizer", "evaluation", "env" }

local function add(section, name, type, default, more)
  local key = { section = section, name = name, dotted = section .. "." .. name, flat = name, type = type,
                default = default }
  for field, value in pairs(more or {}) do key[field] = value end
  table.insert(keys.list, key)
  keys.by_dotted[key.dotted], keys.by_flat[key.flat] = key, key
end

local function role(more)
  more.role = true
  return more
end

add("model", "backend", "string", "azure_openai", role { flat = "model_backend" })
add("model", "optimizer", "string", "gpt-5.5", role { flat = "optimizer_model" })
add("model", "target", "string", "gpt-5.5", role { flat = "target_model" })
add("model", "optimizer_backend", "choice", "openai_chat", role { legal = BACKENDS })
add("model", "target_backend", "choice", "openai_chat", role { legal = TARGETS })
add("model", "reasoning_effort", "choice", "medium", { legal = EFFORTS, param = true, data = "reasoning_effort" })
add("model", "rewrite_reasoning_effort", "choice", "", { legal = EFFORTS, param = true, code = "high" })
add("model", "rewrite_max_completion_tokens", "int", 64000, { param = true })
for name, default in pairs { path = "", profile = "", reasoning_effort = "", approval_policy = "" } do
  add("model", "codex_exec_" .. name, "string", default, { note = AGENTS })
end
add("model", "codex_exec_sandbox", "choice", "",
  { legal = { "", "read-only", "workspace-write", "danger-full-access" }, note = AGENTS })
for _, name in ipairs { "use_sdk", "network_access", "web_search" } do
  add("model", "codex_exec_" .. name, "any", nil, { note = AGENTS })
end
add("model", "codex_exec_full_auto", "bool", nil, { note = "deprecated in the original, too" })
for name, default in pairs { path = "claude", profile = "", use_sdk = "auto", effort = "medium" } do
  add("model", "claude_code_exec_" .. name, "string", default, { note = AGENTS })
end
add("model", "claude_code_exec_max_thinking_tokens", "int", 16384, { note = AGENTS })
add("model", "cursor_exec_path", "string", "", { note = AGENTS })
add("model", "cursor_exec_sandbox", "string", "", { note = AGENTS })
add("model", "copilot_exec_path", "string", "", { note = AGENTS })
add("model", "copilot_exec_home", "string", "", { note = AGENTS })
add("model", "copilot_exec_allow_all_tools", "any", nil, { note = AGENTS })
add("model", "copilot_chat_optimizer_model", "string", "", role {})
add("model", "copilot_chat_target_model", "string", "", role {})
add("model", "copilot_chat_timeout", "any", nil, { note = AGENTS })
add("model", "codex_trace_to_optimizer", "bool", true, { note = "analysts see the conversation alone" })
for _, prefix in ipairs { "", "optimizer_", "target_" } do
  for name, default in pairs { endpoint = "", api_version = "2024-12-01-preview", api_key = "", auth_mode = "",
    ad_scope = "https://cognitiveservices.azure.com/.default", managed_identity_client_id = "" } do
    add("model", prefix .. "azure_openai_" .. name, "string", prefix == "" and default or "", { place = true })
  end
  for name, kind in pairs { base_url = "string", api_key = "string" } do
    add("model", prefix .. "qwen_chat_" .. name, kind, "", { place = true })
  end
  for name, kind in pairs { temperature = "any", timeout_seconds = "any", max_tokens = "any", enable_thinking = "any",
    thinking_mode = "string" } do
    add("model", prefix .. "qwen_chat_" .. name, kind, kind == "string" and "" or nil, { note = LIMITS })
  end
  for name, default in pairs { region = "", temperature = "0.7", max_tokens = "8000", enable_thinking = "false" } do
    add("model", prefix .. "minimax_" .. name, "any", prefix == "" and default or nil, { note = LIMITS })
  end
  for _, name in ipairs { "base_url", "api_key" } do
    add("model", prefix .. "minimax_" .. name, "string", "", { place = true })
  end
end
add("model", "minimax_model", "string", "MiniMax-M3", role {})
add("model", "optimizer_minimax_model", "string", "", { note = "not mapped in the original, either" })
add("model", "target_minimax_model", "string", "", { note = "not mapped in the original, either" })
for _, name in ipairs { "azure_endpoint", "azure_api_version", "azure_api_key" } do
  add("model", name, "string", "", { place = true })
end

for name, default in pairs { num_epochs = 4, train_size = 0, batch_size = 40, accumulation = 1, seed = 42 } do
  add("train", name, "int", default, { param = true })
end
add("train", "steps_per_epoch", "int", nil, { note = "computed from train_size, batch_size and accumulation" })

for name, default in pairs { minibatch_size = 8, merge_batch_size = 8, analyst_workers = 16 } do
  add("gradient", name, "int", default, { param = true })
end
add("gradient", "failure_only", "bool", false, { param = true })
add("gradient", "max_analyst_rounds", "int", 3,
  { note = "retired: an analyst is asked once for each minibatch, as in the original's code" })

add("optimizer", "learning_rate", "int", 4, { flat = "edit_budget", param = true })
add("optimizer", "min_learning_rate", "int", 2, { flat = "min_edit_budget", param = true })
add("optimizer", "lr_scheduler", "choice", "cosine",
  { legal = { "constant", "linear", "cosine", "autonomous" }, param = true })
add("optimizer", "lr_control_mode", "choice", "fixed", { param = true, folds = true, legal = { "fixed", "autonomous",
  "none" }, aliases = { manual = "fixed", scheduler = "fixed", scheduled = "fixed", auto = "autonomous",
  optimizer = "autonomous", off = "none", no_lr = "none" } })
add("optimizer", "meta_learning_rate", "int", nil, { flat = "meta_edit_budget", note = "never read in the original" })
add("optimizer", "skill_update_mode", "choice", "patch", { param = true, folds = true, legal = { "patch",
  "rewrite_from_suggestions", "full_rewrite_minibatch" }, aliases = { edits = "patch",
  rewrite = "rewrite_from_suggestions", suggestions = "rewrite_from_suggestions",
  rewrite_suggestions = "rewrite_from_suggestions", full_rewrite = "full_rewrite_minibatch",
  minibatch_full_rewrite = "full_rewrite_minibatch", skill_rewrite_minibatch = "full_rewrite_minibatch" } })
add("optimizer", "use_slow_update", "bool", true, { param = true, code = false })
add("optimizer", "slow_update_samples", "int", 20, { param = true })
add("optimizer", "slow_update_gate_with_selection", "bool", false, { param = true })
add("optimizer", "longitudinal_pair_policy", "choice", "mixed", { param = true, folds = true,
  legal = { "mixed", "changed", "unchanged" }, aliases = { default = "mixed", random = "mixed", all = "mixed",
  change = "changed", delta = "changed", ["10_01"] = "changed", ["01_10"] = "changed", stable = "unchanged",
  same = "unchanged", ["00_11"] = "unchanged" } })
add("optimizer", "use_meta_skill", "bool", true, { param = true, code = false })
add("optimizer", "use_skill_aware_reflection", "bool", false, { param = true })
add("optimizer", "skill_aware_appendix_source", "choice", "both", { legal = { "both", "failure_only" }, param = true })
add("optimizer", "skill_aware_consolidate_threshold", "int", 0, { param = true })

add("evaluation", "use_gate", "bool", true, { param = true })
add("evaluation", "gate_metric", "choice", "hard", { legal = { "hard", "soft", "mixed" }, folds = true, param = true })
add("evaluation", "gate_mixed_weight", "number", 0.5, { param = true })
add("evaluation", "use_semantic_density", "bool", false, { param = true })
add("evaluation", "semantic_density_weight", "number", 0.05, { param = true })
add("evaluation", "leading_words", "words", "", { param = true })
add("evaluation", "sel_env_num", "int", 0, { param = true })
add("evaluation", "test_env_num", "int", 0,
  { note = "the evaluation takes the whole report split; `limit` cuts all splits" })
add("evaluation", "eval_test", "bool", true, { param = true })

add("env", "name", "string", "", { flat = "env", data = "name" })
add("env", "skill_init", "string", "", { file = true })
add("env", "split_mode", "choice", "ratio", { legal = { "ratio", "split_dir" }, data = "split_mode" })
add("env", "split_seed", "int", 42, { data = "split_seed" })
add("env", "split_ratio", "string", "2:1:7", { data = "split_ratio" })
add("env", "split_dir", "string", "", { data = "split_dir" })
add("env", "data_path", "string", "", { data = "data_path" })
add("env", "split_output_dir", "string", "", { note = "a split is part of the data here; its manifest is in the unit" })
add("env", "exec_timeout", "int", 120, { benchmark = true })
add("env", "out_root", "string", "",
  { note = "results are in the database; `hone export --layout skillopt` writes the tree" })
add("env", "limit", "int", nil, { data = "limit" })

-- Keys of single benchmarks that mean nothing to ours of that name, and why. Others that a benchmark does not declare
-- are unknown.
keys.of_benchmarks = {
  max_api_workers = "calls side by side are bounded by workers and by the provider's limits",
  workers = "param", image_detail = "images are sent as they are",
  judge_model = "no benchmark asks a judge", judge_max_completion_tokens = "no benchmark asks a judge",
  judge_retries = "no benchmark asks a judge",
  search_auth_env = "keys come from your own configuration ([search.NAME])",
  search_provider = "the search service is part of your own configuration ([search.NAME])",
  search_url = "addresses come from your own configuration ([search.NAME])",
}

keys.aliases = {
  codex_exec_path = { "codex_path", "codex_cli_bin", "codex_bin" },
  codex_exec_sandbox = { "sandbox", "codex_sandbox" },
}

return keys
