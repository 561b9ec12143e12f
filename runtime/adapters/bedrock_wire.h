// Amazon Bedrock's Converse form, both ways: a ChatRequest as the pieces of a body, and a response,
// whole or as an event stream, as a ChatAnswer. Pure; used by BedrockChatModel.
//
//   system messages      "system", merged
//   tools, tool results  toolSpec, toolUse and toolResult; tool_choice too
//   format               a forced tool for the makers whose models take one (Anthropic, Amazon
//                        Nova); in words for others, beside the user's own tools, and with thinking
//   max_tokens, temperature, top_p, stop   inferenceConfig
//   reasoning_effort     additionalModelRequestFields in the maker's words: Claude's thinking,
//                        reasoning_effort for gpt-oss, reasoningConfig for Nova 2
//   top_k and others     additionalModelRequestFields, under their own names
//   seed                 not taken, not sent
//   prompt caching       cachePoint after large stable texts, for Claude (chat_turns.h)
// Blocks of thinking come back inside the first tool call, as extra_content.bedrock.thinking, and
// are sent again with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/answer_tool.h"
#include "adapters/http_chat_model.h"
#include "ports/chat_model.h"

namespace hone {

struct BedrockForm {
  std::string model;                   // "us.anthropic.claude-opus-4-5-20251101-v1:0", or an ARN
  int64_t max_output_tokens = 0;       // 0: Claude's by name; others decide for themselves
  std::size_t cache_min_bytes = 4096;  // a text of this size is marked; 0: no marks
};

std::vector<BodyPiece> BedrockRequestBody(const ChatRequest& request, const BedrockForm& form);
// The tool that the answer comes in; without a name when there is none.
AnswerTool BedrockAnswerTool(const ChatRequest& request, const BedrockForm& form);

// Answers name no model: `model` is what was asked.
std::unique_ptr<ReplyReader> NewBedrockReader(AnswerTool tool, std::string model);
// {"message"} with the exception's name in a header; the exception outranks the status.
ProviderFault ReadBedrockFault(const HttpResponse& response);

}  // namespace hone
