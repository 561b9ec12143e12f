// The server's side of the OpenAI chat-completions form: a request body read strictly enough to
// tell the sender what is wrong, and answers written as JSON or as server-sent events. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/chat_model.h"

namespace hone {

struct ChatCompletionRequest {
  ChatRequest chat;
  std::string model;
  bool stream = false;
  bool stream_usage = false;  // stream_options.include_usage
};

// Content is a string or a list of text parts and images as data URLs; a response format becomes
// ChatRequest.format (plain json_object has the name "json_object"); both names of the output limit
// become sampling.max_tokens. Unknown members are ignored. The error names the field.
Result<ChatCompletionRequest> ParseChatCompletionRequest(std::string_view body);

struct ChatCompletionStamp {
  std::string id;
  int64_t created_s = 0;  // since 1970
};
std::string WriteChatCompletion(const ChatAnswer& answer, const ChatCompletionStamp& stamp);
// The same as events: the text in chunks of about `chunk_bytes`, then the finish reason, then usage
// when asked for, then [DONE].
std::string WriteChatCompletionEvents(const ChatAnswer& answer, const ChatCompletionStamp& stamp,
                                      bool with_usage, std::size_t chunk_bytes = 64);
// {"error": {"message", "type", "param", "code"}}
std::string WriteChatError(std::string_view message, std::string_view type);

}  // namespace hone
