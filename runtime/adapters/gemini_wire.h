// Gemini's generateContent form, both ways: a ChatRequest as the pieces of a body, and a response,
// whole or as events, as a ChatAnswer. Pure; used by GeminiChatModel.
//
//   system messages      systemInstruction, merged
//   tools, tool results  functionDeclarations, functionCall and functionResponse
//   format               responseMimeType with responseSchema (gemini_schema.h); in words what the
//                        subset cannot say, and beside tools, which exclude a schema
//   max_tokens           maxOutputTokens
//   reasoning_effort     thinkingBudget for 2.5, thinkingLevel from 3 on; nothing before 2.5
//   stop, seed           stopSequences, seed
// A call's thoughtSignature comes back as its extra_content.google.thought_signature and is sent
// again with it, as Gemini 3 demands. Calls without an id get one here; it is never sent.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http_chat_model.h"
#include "ports/chat_model.h"

namespace hone {

// Ids of calls begin so that came without one.
inline constexpr std::string_view kGeminiOwnCallId = "call_hone_";

std::vector<BodyPiece> GeminiRequestBody(const ChatRequest& request, const std::string& model);

// A prompt that is blocked without any candidate is an answer: "content_filter".
std::unique_ptr<ReplyReader> NewGeminiReader();

// {"error": {"code", "message", "status", "details"}}, also as the only item of a list. A wait that
// the details ask for is read; a key that is not valid is a 401 (Google says 400).
ProviderFault ReadGeminiFault(std::string_view body);

}  // namespace hone
