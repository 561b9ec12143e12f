#include "adapters/openai_wire.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kOwnPieceBytes = 1024;  // a shorter text is cheaper to copy than to share
constexpr std::size_t kMaxErrorText = 300;
constexpr int64_t kBytesPerToken = 4;

// Builds the pieces: small things are gathered in `text_`, large texts become pieces of their own.
class Pieces {
 public:
  Pieces& Raw(std::string_view text) {
    text_ += text;
    return *this;
  }
  Pieces& Quoted(std::string_view text) {
    AppendJsonString(text, &text_);
    return *this;
  }
  // Inside a string literal.
  void Text(const Part& part) {
    if (part.text->size() < kOwnPieceBytes) {
      AppendJsonStringBody(*part.text, &text_);
      return;
    }
    Cut();
    pieces_.push_back({part.text, true});
  }
  void Field(std::string_view name, const Json& value) {
    Raw(",").Quoted(name).Raw(":").Raw(value.Dump());
  }
  std::vector<BodyPiece> Take() {
    Cut();
    return std::move(pieces_);
  }

 private:
  void Cut() {
    if (text_.empty()) return;
    pieces_.push_back({std::make_shared<const std::string>(std::move(text_)), false});
    text_.clear();
  }

  std::string text_;
  std::vector<BodyPiece> pieces_;
};

// "o1", "o3-mini", "gpt-5.1-2025-11-13"; also behind a gateway's prefix ("openai/o3").
bool WantsCompletionTokens(std::string_view model) {
  const std::size_t slash = model.rfind('/');
  if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
  return model.starts_with("gpt-5") || (model.size() >= 2 && model[0] == 'o' &&
                                        std::isdigit(static_cast<unsigned char>(model[1])) != 0);
}

void WriteMessage(const ChatMessage& message, Pieces* out) {
  out->Raw("{\"role\":").Quoted(message.role);
  // An assistant message that only calls tools has no content.
  if (message.content.empty() && message.extra.Has("tool_calls")) {
    out->Raw(",\"content\":null");
  } else {
    out->Raw(",\"content\":\"");
    for (const Part& part : message.content) out->Text(part);
    out->Raw("\"");
  }
  for (const auto& [name, value] : message.extra.members()) out->Field(name, value);
  out->Raw("}");
}

void WriteSampling(const ChatRequest& request, const std::string& model, Pieces* out) {
  for (const auto& [name, value] : request.sampling.members()) {
    if (value.is_null() || name == "seed") continue;
    const bool rename = name == "max_tokens" && WantsCompletionTokens(model);
    out->Field(rename ? "max_completion_tokens" : name, value);
  }
  // sampling.seed pins the seed, or forbids one with false.
  const Json& pinned = request.sampling["seed"];
  if (pinned.is_number()) {
    out->Field("seed", pinned);
  } else if (request.seed.has_value() && !(pinned.is_bool() && !pinned.AsBool())) {
    out->Field("seed", Json(static_cast<int64_t>(*request.seed)));
  }
}

Json ResponseFormat(const Json& format) {
  Json schema = format["schema"];
  if (!schema.is_object()) schema = Json::MakeObject({{"type", "object"}});
  return Json::MakeObject({{"type", "json_schema"},
                           {"json_schema", Json::MakeObject({{"name", format["name"]},
                                                             {"schema", std::move(schema)},
                                                             {"strict", false}})}});
}

std::string TextOf(const Json& content) {
  if (content.is_string()) return content.AsString();
  std::string text;
  for (const Json& part : content.items()) text += part["text"].AsString();
  return text;
}

TokenUsage ReadUsage(const Json& usage, int64_t request_bytes, std::size_t answer_bytes) {
  TokenUsage result;
  const Json& input = usage["prompt_tokens"];
  const Json& output = usage["completion_tokens"];
  if (!input.is_number() || !output.is_number() || input.AsInt(-1) < 0 || output.AsInt(-1) < 0) {
    result.input = (request_bytes + kBytesPerToken - 1) / kBytesPerToken;
    result.output = (static_cast<int64_t>(answer_bytes) + kBytesPerToken - 1) / kBytesPerToken;
    result.is_estimate = true;
    return result;
  }
  result.input = input.AsInt();
  result.output = output.AsInt();
  result.cached_input =
      std::clamp<int64_t>(usage["prompt_tokens_details"]["cached_tokens"].AsInt(), 0, result.input);
  result.reasoning = std::clamp<int64_t>(
      usage["completion_tokens_details"]["reasoning_tokens"].AsInt(), 0, result.output);
  return result;
}

}  // namespace

std::vector<BodyPiece> OpenAiRequestBody(const ChatRequest& request, const std::string& model) {
  Pieces out;
  out.Raw("{\"model\":").Quoted(model).Raw(",\"messages\":[");
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    if (i > 0) out.Raw(",");
    WriteMessage(request.messages[i], &out);
  }
  out.Raw("]");
  if (request.tools.size() > 0) out.Field("tools", request.tools);
  if (request.format.is_object()) out.Field("response_format", ResponseFormat(request.format));
  WriteSampling(request, model, &out);
  out.Raw("}");
  return out.Take();
}

Result<ChatAnswer> ParseOpenAiAnswer(std::string body, int64_t request_bytes) {
  const auto unusable = [&](const std::string& why) {
    const std::string start = OneLine(Utf8Prefix(body, 400), 100);
    return Fail(ErrorCode::kBadResponse, why + (Trim(body).empty() ? "" : "; it begins: " + start));
  };
  if (Trim(body).empty()) return unusable("the answer is empty");
  if (!IsValidUtf8(body)) body = ToValidUtf8(body);
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok()) return unusable("the answer is not JSON (" + parsed.error().message + ")");
  const Json& choices = (*parsed)["choices"];
  if (choices.size() == 0 || !choices.is_array()) {
    if (parsed->Has("error")) {
      return Fail(ErrorCode::kUnavailable, ParseOpenAiError(body).text);
    }
    return unusable("the answer holds no choices");
  }
  const Json& choice = choices.items()[0];
  const Json& message = choice["message"];
  if (!message.is_object()) return unusable("the answer's first choice holds no message");

  ChatAnswer answer;
  answer.text = TextOf(message["content"]);
  answer.finish_reason = choice["finish_reason"].AsString();
  const std::string& refusal = message["refusal"].AsString();
  if (answer.text.empty() && !refusal.empty()) {
    answer.text = refusal;
    answer.finish_reason = "refusal";
  }
  if (message["tool_calls"].size() > 0) answer.tool_calls = message["tool_calls"];
  if (answer.finish_reason.empty()) answer.finish_reason = "stop";
  answer.response_model = (*parsed)["model"].AsString();
  answer.provider_request_id = (*parsed)["id"].AsString();
  const std::size_t answer_bytes =
      answer.text.size() + (answer.tool_calls.is_null() ? 0 : answer.tool_calls.Dump().size());
  answer.usage = ReadUsage((*parsed)["usage"], request_bytes, answer_bytes);
  return answer;
}

ProviderError ParseOpenAiError(const std::string& body) {
  ProviderError error;
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok() || !parsed->is_object()) {
    error.text = OneLine(ToValidUtf8(Trim(body.substr(0, 2 * kMaxErrorText))), kMaxErrorText);
    return error;
  }
  const Json& inner = parsed->Has("error") ? (*parsed)["error"] : *parsed;
  std::string text = inner.AsString();
  if (text.empty()) text = inner["message"].AsString();
  if (text.empty()) text = inner["detail"].AsString();
  if (text.empty()) text = inner.Dump();
  const Json& code = inner["code"];
  error.status = static_cast<int>(std::clamp<int64_t>(code.AsInt(), 0, 999));
  error.code = code.is_string() ? code.AsString() : inner["type"].AsString();
  if (!error.code.empty() && text.find(error.code) == std::string::npos) {
    text += " (" + error.code + ")";
  }
  error.text = OneLine(ToValidUtf8(text), kMaxErrorText);
  return error;
}

}  // namespace hone
