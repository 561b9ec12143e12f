// The OpenAI chat-completions form, both ways: a ChatRequest as the pieces of a body, and a
// completion, whole or as events, as a ChatAnswer. Pure; used by OpenAiChatModel and for Azure.
//
//   format            see StructuredMode
//   max_tokens        max_completion_tokens for the models that refuse the old name
//   temperature, ...  omitted for the models that refuse them (openai_models.h)
//   reasoning_effort  the nearest effort that the model knows
//   seed              the derived one, unless sampling.seed pins or (false) forbids it
//   images            content as a list of parts with data URLs; sampling.image_detail goes into
//                     them; those of a tool's result follow it in a message of the user, the only
//                     place where the form takes them
// Other members of `sampling` are passed on under their own names.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/answer_tool.h"
#include "adapters/http_chat_model.h"
#include "ports/chat_model.h"
#include "ports/http_client.h"

namespace hone {

// How a JSON answer is asked for, by what the endpoint supports: with its schema; as any JSON
// object, the schema written into the prompt; in words alone.
enum class StructuredMode { kSchema, kObject, kNone };

struct OpenAiForm {
  std::string model;   // as sent
  std::string family;  // the name that tells what the model takes; "" is `model`
  StructuredMode structured = StructuredMode::kSchema;
  bool stream = false;
};

// The request body. Message texts are pieces of their own that share the parts' memory; everything
// between them is small.
std::vector<BodyPiece> OpenAiRequestBody(const ChatRequest& request, const OpenAiForm& form);

// What is asked for: an object always, so that a list or a text comes wrapped; the reader takes it
// out again. Nothing without a format, or where it is asked for in words alone.
AnswerTool OpenAiAnswerForm(const ChatRequest& request, const OpenAiForm& form);
std::unique_ptr<ReplyReader> NewOpenAiReader(AnswerTool form = {});

// The provider's own words in an error body: "message" (with type or code), or the start of the
// text. `status` is set where the body gives a number as its code.
ProviderFault ReadOpenAiFault(std::string_view body);

// {"prompt_tokens", "completion_tokens", ...} in Hone's terms; an estimate (still without figures)
// when it isn't there.
TokenUsage ReadOpenAiUsage(const Json& usage);

}  // namespace hone
