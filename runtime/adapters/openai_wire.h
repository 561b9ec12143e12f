// The OpenAI chat-completions form, both ways: a ChatRequest as the pieces of a body, and a body as
// a ChatAnswer. Pure; used by OpenAiChatModel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/chat_model.h"
#include "ports/http_client.h"

namespace hone {

// The request body for `model`. Message texts are pieces of their own that share the parts' memory;
// everything between them is small. `sampling` names are those of ChatRequest; one that is not
// known is passed on under its own name. max_tokens is sent as max_completion_tokens to the models
// that refuse the old name (o-series and gpt-5). An absent schema allows any object.
std::vector<BodyPiece> OpenAiRequestBody(const ChatRequest& request, const std::string& model);

// A complete answer, or why the body isn't one (kBadResponse; kUnavailable, kRateLimited... when
// the body is an error object in spite of the status 200). Estimates the usage when none is given:
// four bytes a token, `request_bytes` for the input.
Result<ChatAnswer> ParseOpenAiAnswer(std::string body, int64_t request_bytes);

// The provider's own words in an error body: "message" (with type or code), or the start of the
// text.
struct ProviderError {
  std::string text;  // one line, safe for a terminal, bounded
  std::string code;  // "insufficient_quota", ... or ""
  int status = 0;    // a number that the body gives as its code; 0 when it gives none
};
ProviderError ParseOpenAiError(const std::string& body);

}  // namespace hone
