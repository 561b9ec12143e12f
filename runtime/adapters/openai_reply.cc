// The way back of openai_wire.h: a completion that is whole, or one put together from chunks.
#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/openai_wire.h"
#include "adapters/sse_reader.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kMaxToolCalls = 1024;  // an index beyond it is no honest answer

std::string TextOf(const Json& content) {
  if (content.is_string()) return content.AsString();
  std::string text;
  for (const Json& part : content.items()) text += part["text"].AsString();
  return text;
}

// A provider that ran out of machines in the middle of an answer says so in the finish reason.
bool IsBrokenOff(const std::string& finish_reason) {
  return finish_reason == "insufficient_system_resource" || finish_reason == "error" ||
         finish_reason == "network_error" || finish_reason == "abort";
}

ProviderFault BrokenOff(const Json& choice) {
  const std::string& reason = choice["finish_reason"].AsString();
  ProviderFault fault =
      choice["error"].is_object() ? ReadOpenAiFault(choice["error"].Dump()) : ProviderFault{};
  if (fault.text.empty()) fault.text = "the answer was broken off (" + OneLine(reason, 60) + ")";
  return fault;
}

class Reader final : public ReplyReader {
 public:
  explicit Reader(AnswerTool form) : form_(std::move(form)) {}

  bool Feed(std::string_view bytes) override {
    return Check(events_.Feed(bytes, [this](const SseEvent& event) { return OnEvent(event); }));
  }

  Reply Ended() override {
    Check(events_.Finish([this](const SseEvent& event) { return OnEvent(event); }));
    if (fault_) return *fault_;
    if (!IsComplete()) return Unusable("the stream ended before its answer did", "");
    return Finish();
  }

  [[nodiscard]] bool IsComplete() const override {
    return !fault_ && has_choice_ && (has_ended_ || !finish_reason_.empty());
  }

  Reply Whole(std::string_view body) override {
    // Asked for a stream, some servers forget to name its type.
    const std::string_view start = Trim(body.substr(0, 64));
    if (start.starts_with("data:") || start.starts_with("event:") || start.starts_with(':')) {
      Feed(body);
      return Ended();
    }
    const Result<Json> parsed = Json::Parse(body);
    if (!parsed.ok()) {
      return Unusable("the answer is not JSON (" + parsed.error().message + ")", body);
    }
    const Json& choices = (*parsed)["choices"];
    if (choices.size() == 0 || !choices.is_array()) {
      if (parsed->Has("error")) return ReadOpenAiFault(body);
      return Unusable("the answer holds no choices", body);
    }
    const Json& choice = choices.items()[0];
    const Json& message = choice["message"];
    if (!message.is_object()) {
      return Unusable("the answer's first choice holds no message", body);
    }
    finish_reason_ = choice["finish_reason"].AsString();
    if (IsBrokenOff(finish_reason_)) return BrokenOff(choice);
    text_ = TextOf(message["content"]);
    refusal_ = message["refusal"].AsString();
    if (message["tool_calls"].size() > 0) tool_calls_ = message["tool_calls"];
    model_ = (*parsed)["model"].AsString();
    id_ = (*parsed)["id"].AsString();
    usage_ = (*parsed)["usage"];
    return Finish();
  }

 private:
  bool Check(const Status& status) {
    if (!status.ok() && !fault_) fault_ = Unusable(status.error().message, "");
    return !fault_ && !has_ended_;
  }

  bool OnEvent(const SseEvent& event) {
    if (Trim(event.data) == "[DONE]") {
      has_ended_ = true;
      return false;
    }
    const std::string data = IsValidUtf8(event.data) ? "" : ToValidUtf8(event.data);
    const Result<Json> parsed = Json::Parse(data.empty() ? event.data : std::string_view(data));
    if (!parsed.ok()) {
      fault_ = Unusable("an event of the stream is not JSON", event.data);
      return false;
    }
    const Json& chunk = *parsed;
    if (!chunk["error"].is_null()) {
      fault_ = ReadOpenAiFault(event.data);
      return false;
    }
    if (model_.empty()) model_ = chunk["model"].AsString();
    if (id_.empty()) id_ = chunk["id"].AsString();
    if (chunk["usage"].is_object()) usage_ = chunk["usage"];
    for (const Json& choice : chunk["choices"].items()) {
      if (choice["index"].AsInt() == 0) OnChoice(choice);
    }
    return !fault_;
  }

  void OnChoice(const Json& choice) {
    has_choice_ = true;
    // Some servers send the last chunk as a whole message; its text was in the chunks before.
    const Json& delta = choice["delta"];
    text_ += TextOf(delta["content"]);
    refusal_ += delta["refusal"].AsString();
    for (const Json& call : delta["tool_calls"].items()) OnToolCall(call);
    const std::string& reason = choice["finish_reason"].AsString();
    if (IsBrokenOff(reason)) {
      fault_ = BrokenOff(choice);
    } else if (!reason.empty()) {
      finish_reason_ = reason;
    }
  }

  // Pieces of one call share an index; a server without indices sends whole calls.
  void OnToolCall(const Json& piece) {
    Json::Array& calls = tool_calls_.is_null() ? (tool_calls_ = Json::MakeArray()).mutable_items()
                                               : tool_calls_.mutable_items();
    const auto next = static_cast<int64_t>(calls.size());
    const int64_t index = piece["index"].AsInt(next);
    if (index < 0 || index > next || index >= kMaxToolCalls) {
      fault_ = Unusable("an event of the stream is out of order", piece.Dump());
      return;
    }
    if (index == next) {
      calls.push_back(
          Json::MakeObject({{"id", ""},
                            {"type", "function"},
                            {"function", Json::MakeObject({{"name", ""}, {"arguments", ""}})}}));
    }
    Json& call = calls[static_cast<std::size_t>(index)];
    const Json& function = piece["function"];
    if (!piece["id"].AsString().empty()) call.Set("id", piece["id"]);
    Json whole = call["function"];
    for (const char* name : {"name", "arguments"}) {
      whole.Set(name, Json(whole[name].AsString() + function[name].AsString()));
    }
    call.Set("function", std::move(whole));
    if (piece.Has("extra_content")) call.Set("extra_content", piece["extra_content"]);
  }

  Reply Finish() {
    ChatAnswer answer;
    answer.text = std::move(text_);
    answer.finish_reason = finish_reason_.empty() ? "stop" : finish_reason_;
    if (answer.text.empty() && !refusal_.empty()) {
      answer.text = std::move(refusal_);
      answer.finish_reason = "refusal";
    }
    if (form_.is_wrapped && !answer.text.empty()) {
      const Result<Json> value = Json::Parse(answer.text);
      if (value.ok() && value->Has("value")) answer.text = form_.Text(*value);
    }
    answer.tool_calls = std::move(tool_calls_);
    answer.response_model = std::move(model_);
    answer.provider_request_id = std::move(id_);
    answer.usage = ReadOpenAiUsage(usage_);
    return answer;
  }

  AnswerTool form_;
  SseReader events_;
  std::string text_, refusal_, finish_reason_, model_, id_;
  Json tool_calls_, usage_;
  bool has_choice_ = false;
  bool has_ended_ = false;  // [DONE] came
  std::optional<ProviderFault> fault_;
};

}  // namespace

std::unique_ptr<ReplyReader> NewOpenAiReader(AnswerTool form) {
  return std::make_unique<Reader>(std::move(form));
}

TokenUsage ReadOpenAiUsage(const Json& usage) {
  TokenUsage result;
  const int64_t input = usage["prompt_tokens"].AsInt(-1);
  const int64_t output = usage["completion_tokens"].AsInt(-1);
  if (input < 0 || output < 0) {
    result.is_estimate = true;
    return result;
  }
  result.input = input;
  result.output = output;
  const Json& prompt = usage["prompt_tokens_details"];
  // DeepSeek names what was cached at the top.
  const int64_t cached = prompt["cached_tokens"].AsInt(usage["prompt_cache_hit_tokens"].AsInt());
  result.cached_input = std::clamp<int64_t>(cached, 0, input);
  result.cache_write =
      std::clamp<int64_t>(prompt["cache_write_tokens"].AsInt(), 0, input - result.cached_input);
  result.reasoning =
      std::max<int64_t>(usage["completion_tokens_details"]["reasoning_tokens"].AsInt(), 0);
  // Gemini and Grok leave the reasoning out of completion_tokens; the total tells.
  const int64_t hidden = usage["total_tokens"].AsInt() - input - output;
  if (hidden > 0 && (result.reasoning == 0 || hidden == result.reasoning)) {
    result.output += hidden;
    result.reasoning = std::max(result.reasoning, hidden);
  }
  result.reasoning = std::min(result.reasoning, result.output);
  return result;
}

ProviderFault ReadOpenAiFault(std::string_view body) {
  ProviderFault fault;
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok() || !parsed->is_object()) {
    fault.text = FaultText(Trim(Utf8Prefix(body, 600)), "");
    return fault;
  }
  const Json& inner = parsed->Has("error") ? (*parsed)["error"] : *parsed;
  std::string text = inner.AsString();
  if (text.empty()) text = inner["message"].AsString();
  if (text.empty()) text = inner["detail"].AsString();
  if (text.empty()) text = inner.Dump();
  const Json& code = inner["code"];
  const int64_t number = code.AsInt();
  if (number >= 400 && number <= 599) fault.status = static_cast<int>(number);
  fault.code = code.is_string() ? code.AsString() : inner["type"].AsString();
  fault.text = FaultText(text, fault.code);
  // No wait helps an account without credit.
  fault.is_final = fault.code == "insufficient_quota";
  fault.is_filtered = fault.code == "content_filter" || fault.code == "content_policy_violation";
  return fault;
}

}  // namespace hone
