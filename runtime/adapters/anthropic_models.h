// What a Claude model takes, read from its name: "claude-opus-4-5-20251101", "claude-3-7-sonnet",
// "us.anthropic.claude-opus-4-6-v1". Pure; shared by the Anthropic and the Bedrock adapters.
//
// Sources: Anthropic's model overview, extended-thinking, effort and migration pages as of 2026-11.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace hone {

struct ClaudeTraits {
  bool is_claude = false;
  bool thinks_by_budget = false;   // 3.7 to 4.5: thinking {"type": "enabled", "budget_tokens": n}
  bool thinks_adaptively = false;  // from 4.6: thinking {"type": "adaptive"}, output_config.effort
  bool takes_sampling = true;      // from 4.7, temperature, top_p and top_k are refused
  bool takes_both_ps = true;       // from 4.1, temperature and top_p exclude each other
  bool knows_xhigh = false;        // from 4.7
  bool knows_max = false;          // Opus 4.6, and everything from 4.7
  int64_t max_output_tokens = 8192;
};

ClaudeTraits ClaudeTraitsOf(std::string_view model);

// The thinking of a request: members "thinking" and, for adaptive models, "output_config", to be
// put into a request; null when none is asked for ("none", ""), the model cannot, or the output
// limit leaves no room (a budget is at least 1,024 tokens and at most three quarters of the limit).
// `effort` is none, minimal, low, medium, high, xhigh or max.
Json ClaudeThinking(const ClaudeTraits& traits, const std::string& effort, int64_t max_tokens);

}  // namespace hone
