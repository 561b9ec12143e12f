// Anthropic's Messages form, both ways: a ChatRequest as the pieces of a body, and a message, whole
// or as events, as a ChatAnswer. Pure; used by AnthropicChatModel.
//
//   system messages      "system", merged
//   tools, tool results  tool_use and tool_result blocks; tool_choice and parallel_tool_calls too
//   format               see AnthropicJson
//   max_tokens           required there: the model's own limit when the request names none
//   reasoning_effort     thinking by budget, or adaptive with an effort, as the model wants it;
//                        with it go temperature, top_p, top_k and a forced tool, which exclude it
//   stop                 stop_sequences
//   seed                 not taken, not sent
//   prompt caching       cache_control on large stable texts (chat_turns.h)
// Blocks of thinking come back inside the first tool call, as extra_content.anthropic.thinking, and
// are sent again with it, as extended thinking with tools demands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/answer_tool.h"
#include "adapters/http_chat_model.h"
#include "ports/chat_model.h"

namespace hone {

// How a JSON answer is asked for. kAuto: a forced tool; in words beside the user's own tools or
// thinking, which exclude forcing one. kSchema: output_config.format, for the models that have it.
enum class AnthropicJson { kAuto, kSchema, kWords };

struct AnthropicForm {
  std::string model;
  int64_t max_output_tokens = 0;  // 0: known from the name
  AnthropicJson json = AnthropicJson::kAuto;
  bool stream = false;
  std::size_t cache_min_bytes = 4096;  // a text of this size is marked; 0: no marks
};

std::vector<BodyPiece> AnthropicRequestBody(const ChatRequest& request, const AnthropicForm& form);
// The tool that the answer comes in; without a name when there is none.
AnswerTool AnthropicAnswerTool(const ChatRequest& request, const AnthropicForm& form);

std::unique_ptr<ReplyReader> NewAnthropicReader(AnswerTool tool);
// {"type": "error", "error": {"type", "message"}}
ProviderFault ReadAnthropicFault(std::string_view body);

// Shared with Bedrock: the same blocks, "stop_reason"s by the same names.
std::string ClaudeFinishReason(const std::string& stop_reason);

}  // namespace hone
