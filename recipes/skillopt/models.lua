-- SkillOpt's backends as models of roles: names, who plays a role when nothing is said, and what each is called here.
local models = {}

local NAMES = {
  azure = "azure_openai", ["azure-openai"] = "azure_openai", azure_openai = "azure_openai", openai = "codex",
  claude = "claude_chat", anthropic = "claude_chat", cursor = "cursor_exec", cursor_agent = "cursor_exec",
  copilot = "copilot_chat", copilot_cli = "copilot_chat", github_copilot = "copilot_chat", qwen = "qwen_chat",
  minimax = "minimax_chat", ["openai-compatible"] = "openai_compatible", openai_compatible_chat = "openai_compatible",
  compat = "openai_compatible", [""] = "azure_openai",
}

-- Who plays the two roles under a high-level backend; anything else is openai_chat for both.
local ROLES = {
  claude_chat = { "claude_chat", "claude_chat" }, codex = { "codex_exec", "codex_exec" },
  codex_exec = { "codex_exec", "codex_exec" }, copilot_chat = { "copilot_chat", "copilot_chat" },
  openai_compatible = { "openai_compatible", "openai_compatible" },
  claude_code_exec = { "openai_chat", "claude_code_exec" }, cursor_exec = { "openai_chat", "cursor_exec" },
  copilot_exec = { "openai_chat", "copilot_exec" }, qwen_chat = { "openai_chat", "qwen_chat" },
  minimax_chat = { "openai_chat", "minimax_chat" },
}

-- What a backend is here, and its own model, which takes the place of the sentinel names of the shipped files.
local PROVIDERS = {
  openai_chat = { "azure/%s" },
  claude_chat = { "anthropic/%s", "claude-sonnet-4-6" },
  qwen_chat = { "qwen/%s", "Qwen/Qwen3.5-4B" },
  minimax_chat = { "minimax/%s", "MiniMax-M3" },
  openai_compatible = { "compatible/%s", "gpt-4o-mini" },
  codex_exec = { "exec/codex:%s" },
  claude_code_exec = { "exec/claude:%s", "claude-sonnet-4-6" },
  cursor_exec = { "exec/cursor:%s", "composer-2.5" },
  copilot_exec = { "exec/copilot:%s" },
  copilot_chat = { "exec/copilot:%s" },
}

local SENTINELS = { ["gpt-5.4"] = true, ["gpt-5.5"] = true }

function models.backend(name)
  local low = text.trim(name):lower()
  return NAMES[low] or low
end

-- Names that may be said for both roles at once.
function models.backends()
  local out = { "azure_openai", "openai_chat" }
  for _, names in ipairs { NAMES, ROLES } do
    for name in pairs(names) do out[#out + 1] = name end
  end
  return out
end

function models.is_backend(name)
  local known = models.backend(name)
  return ROLES[known] ~= nil or known == "azure_openai" or known == "openai_chat"
end

-- The backend of a role: 1 is the optimizer, 2 the target. "" and openai_chat mean that nothing was chosen.
function models.of_role(backend, given, role)
  local chosen = given and models.backend(given) or ""
  if given and given ~= "" and chosen ~= "openai_chat" then return chosen end
  return (ROLES[models.backend(backend)] or { "openai_chat", "openai_chat" })[role]
end

-- "provider/model" of a role. `explicit`: the name was given on the command line. `open`: Azure's client is a plain
-- OpenAI one.
function models.named(backend, model, explicit, open)
  local known = PROVIDERS[backend]
  if not known then return nil end
  if known[2] and SENTINELS[model] and not explicit then model = known[2] end
  if backend == "openai_chat" and open then return "openai/" .. model end
  return (known[1]:format(model))
end

return models
