// The way back of anthropic_wire.h: a message that is whole, or one put together from events.
#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/answer_draft.h"
#include "adapters/anthropic_wire.h"
#include "adapters/sse_reader.h"
#include "base/text.h"

namespace hone {
namespace {

TokenUsage ReadUsage(const Json& usage) {
  TokenUsage result;
  const Json& input = usage["input_tokens"];
  const Json& output = usage["output_tokens"];
  if (!input.is_number() || !output.is_number() || input.AsInt(-1) < 0 || output.AsInt(-1) < 0) {
    result.is_estimate = true;
    return result;
  }
  // Theirs counts what is read from and written to the cache apart.
  result.cached_input = std::max<int64_t>(usage["cache_read_input_tokens"].AsInt(), 0);
  result.cache_write = std::max<int64_t>(usage["cache_creation_input_tokens"].AsInt(), 0);
  result.input = input.AsInt() + result.cached_input + result.cache_write;
  result.output = output.AsInt();
  result.reasoning = std::clamp<int64_t>(usage["output_tokens_details"]["thinking_tokens"].AsInt(),
                                         0, result.output);
  return result;
}

// A block as it stands in a message or begins in a stream.
AnswerDraft::Block ReadBlock(const Json& block) {
  AnswerDraft::Block result;
  const std::string& type = block["type"].AsString();
  if (type == "text") {
    result.text = block["text"].AsString();
  } else if (type == "tool_use") {
    result.is_call = true;
    result.id = block["id"].AsString();
    result.name = block["name"].AsString();
    if (block["input"].size() > 0) result.input = block["input"].Dump();
  } else if (type == "thinking" || type == "redacted_thinking") {
    result.thought = block;
  }
  return result;
}

class Reader final : public ReplyReader {
 public:
  explicit Reader(AnswerTool tool) : tool_(std::move(tool)) {}

  bool Feed(std::string_view bytes) override {
    return Check(events_.Feed(bytes, [this](const SseEvent& event) { return OnEvent(event); }));
  }

  Reply Ended() override {
    Check(events_.Finish([this](const SseEvent& event) { return OnEvent(event); }));
    if (fault_) return *fault_;
    if (!IsComplete()) return Unusable("the stream ended before its answer did", "");
    return Complete();
  }

  [[nodiscard]] bool IsComplete() const override { return !fault_ && !stop_reason_.empty(); }

  Reply Whole(std::string_view body) override {
    const Result<Json> parsed = Json::Parse(body);
    if (!parsed.ok()) {
      return Unusable("the answer is not JSON (" + parsed.error().message + ")", body);
    }
    if (parsed->Has("error")) return ReadAnthropicFault(body);
    const Json& content = (*parsed)["content"];
    if (!content.is_array()) return Unusable("the answer holds no content", body);
    Start(*parsed);
    for (const Json& block : content.items()) draft_.blocks.push_back(ReadBlock(block));
    if (stop_reason_.empty()) stop_reason_ = "end_turn";
    return Complete();
  }

 private:
  bool Check(const Status& status) {
    if (!status.ok() && !fault_) fault_ = Unusable(status.error().message, "");
    return !fault_ && !has_stopped_;
  }

  Reply Complete() {
    ChatAnswer answer = draft_.Answer(tool_, "anthropic", ClaudeFinishReason(stop_reason_));
    answer.response_model = model_;
    answer.provider_request_id = id_;
    answer.usage = ReadUsage(usage_);
    return answer;
  }

  void Start(const Json& message) {
    id_ = message["id"].AsString();
    model_ = message["model"].AsString();
    stop_reason_ = message["stop_reason"].AsString();
    usage_ = message["usage"];
  }

  bool OnEvent(const SseEvent& event) {
    const Result<Json> parsed = Json::Parse(event.data);
    if (!parsed.ok()) {
      fault_ = Unusable("an event of the stream is not JSON", event.data);
      return false;
    }
    const std::string& type = (*parsed)["type"].AsString();
    if (type == "error") {
      fault_ = ReadAnthropicFault(event.data);
      return false;
    }
    if (type == "message_start") Start((*parsed)["message"]);
    if (type == "content_block_start") OnBlock(*parsed);
    if (type == "content_block_delta") OnDelta(*parsed);
    if (type == "message_delta") {
      const std::string& reason = (*parsed)["delta"]["stop_reason"].AsString();
      if (!reason.empty()) stop_reason_ = reason;
      // Cumulative: a member that is given again replaces the earlier one.
      for (const auto& [name, value] : (*parsed)["usage"].members()) {
        if (!value.is_null()) usage_.Set(name, value);
      }
    }
    if (type == "message_stop") has_stopped_ = true;
    return !has_stopped_ && !fault_;
  }

  AnswerDraft::Block* BlockAt(const Json& event) {
    AnswerDraft::Block* block = draft_.At(event["index"].AsInt(-1));
    if (block == nullptr) {
      fault_ = Unusable("an event of the stream is out of order", event.Dump());
    }
    return block;
  }

  void OnBlock(const Json& event) {
    if (AnswerDraft::Block* block = BlockAt(event)) *block = ReadBlock(event["content_block"]);
  }

  void OnDelta(const Json& event) {
    AnswerDraft::Block* block = BlockAt(event);
    if (block == nullptr) return;
    const Json& delta = event["delta"];
    const std::string& type = delta["type"].AsString();
    if (type == "text_delta") {
      block->text += delta["text"].AsString();
    } else if (type == "input_json_delta") {
      block->input += delta["partial_json"].AsString();
    } else if (type == "thinking_delta" || type == "signature_delta") {
      const char* name = type == "thinking_delta" ? "thinking" : "signature";
      block->thought.Set(name, block->thought[name].AsString() + delta[name].AsString());
    }
  }

  AnswerTool tool_;
  SseReader events_;
  AnswerDraft draft_;
  std::string id_, model_, stop_reason_;
  Json usage_;
  std::optional<ProviderFault> fault_;
  bool has_stopped_ = false;
};

int StatusOf(const std::string& type) {
  static const std::vector<std::pair<std::string, int>> kStatus = {
      {"overloaded_error", 529},     {"rate_limit_error", 429}, {"api_error", 500},
      {"authentication_error", 401}, {"permission_error", 403}, {"invalid_request_error", 400},
      {"request_too_large", 413},    {"not_found_error", 404},  {"timeout_error", 504},
      {"billing_error", 402}};
  for (const auto& [name, status] : kStatus) {
    if (name == type) return status;
  }
  return 0;
}

}  // namespace

std::string ClaudeFinishReason(const std::string& stop_reason) {
  if (stop_reason == "end_turn" || stop_reason == "stop_sequence") return "stop";
  if (stop_reason == "max_tokens" || stop_reason == "model_context_window_exceeded") {
    return "length";
  }
  if (stop_reason == "tool_use") return "tool_calls";
  if (stop_reason == "refusal") return "content_filter";
  return stop_reason;
}

std::unique_ptr<ReplyReader> NewAnthropicReader(AnswerTool tool) {
  return std::make_unique<Reader>(std::move(tool));
}

ProviderFault ReadAnthropicFault(std::string_view body) {
  ProviderFault fault;
  const Result<Json> parsed = Json::Parse(body);
  if (!parsed.ok() || !(*parsed)["error"].is_object()) {
    fault.text = FaultText(Trim(Utf8Prefix(body, 600)), "");
    return fault;
  }
  const Json& error = (*parsed)["error"];
  fault.code = error["type"].AsString();
  fault.text = FaultText(error["message"].AsString(), fault.code);
  fault.status = StatusOf(fault.code);
  return fault;
}

}  // namespace hone
