// The way back of anthropic_wire.h: a message that is whole, or one put together from events. Both
// become a Draft first, so that there is one place where an answer is made of it.
#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/anthropic_wire.h"
#include "adapters/sse_reader.h"
#include "base/text.h"

namespace hone {
namespace {

struct DraftBlock {
  std::string type;
  std::string text;   // of a text block
  Json call;          // of a tool_use block: {id, name}
  std::string input;  // its argument as JSON text, possibly cut off
  Json thought;       // a thinking or redacted_thinking block as it must be sent again
};

struct Draft {
  std::string id, model, stop_reason;
  Json usage;
  std::vector<DraftBlock> blocks;
};

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

ReplyReader::Reply Finish(const Draft& draft, const AnswerTool& tool) {
  ChatAnswer answer;
  Json thoughts;
  Json calls;
  std::string tool_text;
  for (const DraftBlock& block : draft.blocks) {
    answer.text += block.text;
    if (!block.thought.is_null()) thoughts.Append(block.thought);
    if (block.type != "tool_use") continue;
    if (!tool.name.empty() && block.call["name"].AsString() == tool.name) {
      const Result<Json> argument = Json::Parse(block.input);
      tool_text = argument.ok() ? tool.Text(*argument) : block.input;
      continue;
    }
    calls.Append(Json::MakeObject({{"id", block.call["id"]},
                                   {"type", "function"},
                                   {"function", Json::MakeObject({{"name", block.call["name"]},
                                                                  {"arguments", block.input}})}}));
  }
  if (calls.size() > 0 && thoughts.size() > 0) {
    calls.mutable_items()[0].Set(
        "extra_content",
        Json::MakeObject({{"anthropic", Json::MakeObject({{"thinking", thoughts}})}}));
  }
  answer.finish_reason = ClaudeFinishReason(draft.stop_reason);
  if (!tool_text.empty()) {
    answer.text = tool_text;  // what was said before the call is not the answer
    if (answer.finish_reason == "tool_calls") answer.finish_reason = "stop";
  }
  answer.tool_calls = std::move(calls);
  answer.response_model = draft.model;
  answer.provider_request_id = draft.id;
  answer.usage = ReadUsage(draft.usage);
  return answer;
}

// A block as it stands in a message or begins in a stream.
DraftBlock ReadBlock(const Json& block) {
  DraftBlock result;
  result.type = block["type"].AsString();
  if (result.type == "text") {
    result.text = block["text"].AsString();
  } else if (result.type == "tool_use") {
    result.call = Json::MakeObject({{"id", block["id"]}, {"name", block["name"]}});
    if (block["input"].size() > 0) result.input = block["input"].Dump();
  } else if (result.type == "thinking" || result.type == "redacted_thinking") {
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

  [[nodiscard]] bool IsComplete() const override { return !fault_ && !draft_.stop_reason.empty(); }

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
    if (draft_.stop_reason.empty()) draft_.stop_reason = "end_turn";
    return Complete();
  }

 private:
  bool Check(const Status& status) {
    if (!status.ok() && !fault_) fault_ = Unusable(status.error().message, "");
    return !fault_ && !has_stopped_;
  }

  Reply Complete() {
    for (DraftBlock& block : draft_.blocks) {
      if (block.type == "tool_use" && block.input.empty()) block.input = "{}";
    }
    return Finish(draft_, tool_);
  }

  void Start(const Json& message) {
    draft_.id = message["id"].AsString();
    draft_.model = message["model"].AsString();
    draft_.stop_reason = message["stop_reason"].AsString();
    draft_.usage = message["usage"];
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
      if (!reason.empty()) draft_.stop_reason = reason;
      // Cumulative: a member that is given again replaces the earlier one.
      for (const auto& [name, value] : (*parsed)["usage"].members()) {
        if (!value.is_null()) draft_.usage.Set(name, value);
      }
    }
    if (type == "message_stop") has_stopped_ = true;
    return !has_stopped_ && !fault_;
  }

  DraftBlock* BlockAt(const Json& event) {
    const int64_t index = event["index"].AsInt(-1);
    if (index < 0 || index > static_cast<int64_t>(draft_.blocks.size())) {
      fault_ = Unusable("an event of the stream is out of order", event.Dump());
      return nullptr;
    }
    if (index == static_cast<int64_t>(draft_.blocks.size())) draft_.blocks.emplace_back();
    return &draft_.blocks[static_cast<std::size_t>(index)];
  }

  void OnBlock(const Json& event) {
    if (DraftBlock* block = BlockAt(event)) *block = ReadBlock(event["content_block"]);
  }

  void OnDelta(const Json& event) {
    DraftBlock* block = BlockAt(event);
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
  Draft draft_;
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
