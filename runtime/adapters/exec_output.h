// What a command-line agent prints, as an answer or as a fault in its own words. Pure.
//
//   text    the answer, as it is; white space around it goes
//   json    {"text", "tool_calls"?, "finish_reason"?, "model"?, "id"?, "usage"?: {"input",
//           "cached_input"?, "cache_write"?, "output", "reasoning"?}}, or {"error": "why"}
//   claude  what `claude -p --output-format json` prints: an object (or a list that ends with one)
//           of type "result" with result, is_error, usage and modelUsage
//   codex   what `codex exec --json` prints: a line of JSON per event; the last agent_message is
//           the answer, turn.completed holds the usage, turn.failed and error the reason
#pragma once

#include <string>
#include <string_view>

#include "adapters/http_chat_model.h"
#include "base/result.h"

namespace hone {

enum class ExecOutput { kText, kJson, kClaude, kCodex };

// "text", "json", "claude" or "codex"; kInvalidArgument with the nearest name.
Result<ExecOutput> ExecOutputFromName(const std::string& name);

// `asked_for_calls`: the prompt offered functions in words (exec_prompt.h), so an answer of the
// form
// {"content", "tool_calls"} is taken apart; another stays as it is.
ReplyReader::Reply ReadExecOutput(ExecOutput form, std::string_view output, bool asked_for_calls);

// The HTTP status that a program's own words tell of ("rate limit", "overloaded", "not logged in"),
// or 0.
int StatusInWords(std::string_view text);

}  // namespace hone
