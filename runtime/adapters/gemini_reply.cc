// The way back of gemini_wire.h. A stream is a row of responses, each with the next parts of the
// answer; so one response is a stream of one.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "adapters/gemini_wire.h"
#include "adapters/sse_reader.h"
#include "base/text.h"

namespace hone {

namespace {

std::string FinishReason(const std::string& reason, bool has_calls) {
  static const std::vector<const char*> kWithheld = {
      "SAFETY",       "RECITATION",  "BLOCKLIST", "PROHIBITED_CONTENT",      "SPII",
      "IMAGE_SAFETY", "MODEL_ARMOR", "LANGUAGE",  "IMAGE_PROHIBITED_CONTENT"};
  if (reason == "STOP" || reason == "FUNCTION_CALL") return has_calls ? "tool_calls" : "stop";
  if (reason == "MAX_TOKENS") return "length";
  if (std::find(kWithheld.begin(), kWithheld.end(), reason) != kWithheld.end()) {
    return "content_filter";
  }
  return ToLowerAscii(reason);
}

TokenUsage ReadUsage(const Json& usage) {
  TokenUsage result;
  const int64_t prompt = usage["promptTokenCount"].AsInt(-1);
  if (prompt < 0) {
    result.is_estimate = true;
    return result;
  }
  const auto count = [&](const char* name) { return std::max<int64_t>(usage[name].AsInt(), 0); };
  // Theirs: the cached part is inside the prompt, thoughts are beside the candidates.
  result.input = prompt + count("toolUsePromptTokenCount");
  result.cached_input = std::min(count("cachedContentTokenCount"), result.input);
  result.reasoning = count("thoughtsTokenCount");
  result.output = count("candidatesTokenCount") + result.reasoning;
  return result;
}

class Reader final : public ReplyReader {
 public:
  bool Feed(std::string_view bytes) override {
    return Check(events_.Feed(bytes, [this](const SseEvent& event) { return OnEvent(event); }));
  }

  Reply Ended() override {
    Check(events_.Finish([this](const SseEvent& event) { return OnEvent(event); }));
    if (fault_) return *fault_;
    if (!IsComplete()) return Unusable("the stream ended before its answer did", "");
    return Finish();
  }

  [[nodiscard]] bool IsComplete() const override { return !fault_ && !finish_reason_.empty(); }

  Reply Whole(std::string_view body) override {
    const Result<Json> parsed = Json::Parse(body);
    if (!parsed.ok()) {
      return Unusable("the answer is not JSON (" + parsed.error().message + ")", body);
    }
    if (parsed->Has("error")) return ReadGeminiFault(body);
    Absorb(*parsed);
    if (fault_) return *fault_;
    if (!has_candidate_ && finish_reason_.empty()) {
      return Unusable("the answer holds no candidates", body);
    }
    if (finish_reason_.empty()) finish_reason_ = "STOP";
    return Finish();
  }

 private:
  bool Check(const Status& status) {
    if (!status.ok() && !fault_) fault_ = Unusable(status.error().message, "");
    return !fault_;
  }

  bool OnEvent(const SseEvent& event) {
    const Result<Json> parsed = Json::Parse(event.data);
    if (!parsed.ok() || !parsed->is_object()) {
      fault_ = Unusable("an event of the stream is not a JSON object", event.data);
    } else if (parsed->Has("error")) {
      fault_ = ReadGeminiFault(event.data);
    } else {
      Absorb(*parsed);
    }
    return !fault_;
  }

  void Absorb(const Json& response) {
    if (response["usageMetadata"].is_object()) usage_ = response["usageMetadata"];
    if (response["modelVersion"].is_string()) model_ = response["modelVersion"].AsString();
    if (response["responseId"].is_string()) id_ = response["responseId"].AsString();
    // The prompt itself was refused: nothing else comes, and the provider bills what it read.
    if (response["promptFeedback"]["blockReason"].is_string() &&
        response["candidates"].size() == 0) {
      finish_reason_ = "SAFETY";
    }
    if (response["candidates"].size() == 0) return;
    const Json& candidate = response["candidates"].items()[0];
    has_candidate_ = true;
    for (const Json& part : candidate["content"]["parts"].items()) AbsorbPart(part);
    const std::string& reason = candidate["finishReason"].AsString();
    if (!reason.empty()) finish_reason_ = reason;
  }

  void AbsorbPart(const Json& part) {
    if (part["functionCall"].is_object()) {
      const Json& call = part["functionCall"];
      std::string id = call["id"].AsString();
      if (id.empty()) id = std::string(kGeminiOwnCallId) + std::to_string(calls_.size());
      const Json args = call["args"].is_object() ? call["args"] : Json::MakeObject();
      Json item = Json::MakeObject(
          {{"id", id},
           {"type", "function"},
           {"function", Json::MakeObject({{"name", call["name"]}, {"arguments", args.Dump()}})}});
      if (part["thoughtSignature"].is_string()) {
        item.Set(
            "extra_content",
            Json::MakeObject(
                {{"google", Json::MakeObject({{"thought_signature", part["thoughtSignature"]}})}}));
      }
      calls_.Append(std::move(item));
    } else if (!part["thought"].AsBool()) {
      text_ += part["text"].AsString();
    }
  }

  Reply Finish() {
    ChatAnswer answer;
    answer.text = std::move(text_);
    answer.finish_reason = FinishReason(finish_reason_, calls_.size() > 0);
    answer.tool_calls = std::move(calls_);
    answer.response_model = std::move(model_);
    answer.provider_request_id = std::move(id_);
    answer.usage = ReadUsage(usage_);
    return answer;
  }

  SseReader events_;
  std::string text_, finish_reason_, model_, id_;
  Json calls_;
  Json usage_;
  std::optional<ProviderFault> fault_;
  bool has_candidate_ = false;
};

// "34s", "1.5s"
int64_t DurationMs(const std::string& text) {
  double seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || !std::isfinite(seconds) || seconds < 0) return -1;
  return static_cast<int64_t>(std::min(std::ceil(seconds * 1000), 86'400'000.0));
}

}  // namespace

std::unique_ptr<ReplyReader> NewGeminiReader() { return std::make_unique<Reader>(); }

ProviderFault ReadGeminiFault(std::string_view body) {
  ProviderFault fault;
  const Result<Json> parsed = Json::Parse(body);
  const bool is_list = parsed.ok() && parsed->is_array() && parsed->size() > 0;
  const Json reply = !parsed.ok() ? Json() : is_list ? parsed->items()[0] : *parsed;
  const Json& error = reply["error"];
  if (!error.is_object()) {
    fault.text = FaultText(Trim(Utf8Prefix(body, 600)), "");
    return fault;
  }
  fault.code = error["status"].AsString();
  fault.text = FaultText(error["message"].AsString(), fault.code);
  const int64_t code = error["code"].AsInt();
  if (code >= 400 && code <= 599) fault.status = static_cast<int>(code);
  for (const Json& detail : error["details"].items()) {
    if (detail["retryDelay"].is_string()) {
      fault.retry_after_ms = DurationMs(detail["retryDelay"].AsString());
    }
    if (detail["reason"].AsString() == "API_KEY_INVALID") fault.status = 401;
  }
  return fault;
}

}  // namespace hone
