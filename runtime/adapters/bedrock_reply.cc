// The way back of bedrock_wire.h: a response that is whole, or one put together from the messages
// of an event stream.
#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/answer_draft.h"
#include "adapters/anthropic_wire.h"
#include "adapters/aws_event_stream.h"
#include "adapters/bedrock_wire.h"
#include "base/text.h"

namespace hone {
namespace {

std::string FinishReason(const std::string& reason) {
  if (reason == "guardrail_intervened" || reason == "content_filtered") return "content_filter";
  return ClaudeFinishReason(reason);
}

TokenUsage ReadUsage(const Json& usage) {
  TokenUsage result;
  const int64_t input = usage["inputTokens"].AsInt(-1);
  const int64_t output = usage["outputTokens"].AsInt(-1);
  if (input < 0 || output < 0) {
    result.is_estimate = true;
    return result;
  }
  // Theirs counts what is read from and written to the cache apart.
  result.cached_input = std::max<int64_t>(usage["cacheReadInputTokens"].AsInt(), 0);
  result.cache_write = std::max<int64_t>(usage["cacheWriteInputTokens"].AsInt(), 0);
  result.input = input + result.cached_input + result.cache_write;
  result.output = output;
  return result;
}

// "ThrottlingException", "throttlingException", "com.amazon.coral#ThrottlingException:<address>"
std::string ExceptionName(std::string_view text) {
  text = text.substr(0, text.find(':'));
  const std::size_t hash = text.rfind('#');
  if (hash != std::string_view::npos) text.remove_prefix(hash + 1);
  std::string name(Trim(text));
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') {
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
  }
  return name;
}

int StatusOf(const std::string& exception) {
  static const std::vector<std::pair<std::string, int>> kStatus = {
      {"ThrottlingException", 429},         {"ModelNotReadyException", 503},
      {"TooManyRequestsException", 429},    {"ServiceUnavailableException", 503},
      {"InternalServerException", 500},     {"ModelTimeoutException", 408},
      {"ModelErrorException", 500},         {"ModelStreamErrorException", 500},
      {"ValidationException", 400},         {"AccessDeniedException", 403},
      {"UnrecognizedClientException", 401}, {"ExpiredTokenException", 401},
      {"InvalidSignatureException", 401},   {"ResourceNotFoundException", 404}};
  for (const auto& [name, status] : kStatus) {
    if (name == exception) return status;
  }
  return 0;
}

ProviderFault FaultOf(const std::string& exception, std::string_view payload) {
  ProviderFault fault;
  fault.code = exception;
  fault.status = StatusOf(exception);
  const Result<Json> parsed = Json::Parse(payload);
  std::string said;
  if (parsed.ok()) {
    for (const char* name : {"message", "Message", "originalMessage"}) {
      if (said.empty()) said = (*parsed)[name].AsString();
    }
    // Gateways wrap it: {"error": {"message"}}
    if (said.empty()) said = (*parsed)["error"]["message"].AsString();
  }
  if (said.empty()) said = std::string(Trim(Utf8Prefix(payload, 600)));
  fault.text = FaultText(said, exception);
  return fault;
}

class Reader final : public ReplyReader {
 public:
  Reader(AnswerTool tool, std::string model) : tool_(std::move(tool)), model_(std::move(model)) {}

  bool Feed(std::string_view bytes) override {
    const Status fed =
        events_.Feed(bytes, [this](const AwsEvent& event) { return OnEvent(event); });
    if (!fed.ok() && !fault_) fault_ = Unusable(fed.error().message, "");
    return !fault_ && !has_ended_;
  }

  Reply Ended() override {
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
    const Json& message = (*parsed)["output"]["message"];
    if (!message["content"].is_array()) {
      if ((*parsed)["message"].is_string() || parsed->Has("error")) {
        return FaultOf(ExceptionName((*parsed)["__type"].AsString()), body);
      }
      return Unusable("the answer holds no output message", body);
    }
    for (const Json& block : message["content"].items()) {
      draft_.blocks.push_back(ReadBlock(block));
    }
    stop_reason_ = (*parsed)["stopReason"].AsString();
    if (stop_reason_.empty()) stop_reason_ = "end_turn";
    usage_ = (*parsed)["usage"];
    return Complete();
  }

 private:
  static AnswerDraft::Block ReadBlock(const Json& block) {
    AnswerDraft::Block result;
    result.text = block["text"].AsString();
    if (block["toolUse"].is_object()) {
      const Json& use = block["toolUse"];
      result.is_call = true;
      result.id = use["toolUseId"].AsString();
      result.name = use["name"].AsString();
      if (use["input"].size() > 0) result.input = use["input"].Dump();
    }
    if (block["reasoningContent"].is_object()) result.thought = block;
    return result;
  }

  Reply Complete() {
    ChatAnswer answer = draft_.Answer(tool_, "bedrock", FinishReason(stop_reason_));
    answer.response_model = model_;
    answer.usage = ReadUsage(usage_);
    return answer;
  }

  bool OnEvent(const AwsEvent& event) {
    const std::string& kind = event.Header(":message-type");
    if (kind == "exception") {
      fault_ = FaultOf(ExceptionName(event.Header(":exception-type")), event.payload);
      return false;
    }
    if (kind == "error") {
      fault_ = FaultOf(ExceptionName(event.Header(":error-code")), event.Header(":error-message"));
      return false;
    }
    const Result<Json> parsed = Json::Parse(event.payload);
    if (!parsed.ok()) {
      fault_ = Unusable("a message of the event stream is not JSON", event.payload);
      return false;
    }
    const std::string& type = event.Header(":event-type");
    if (type == "contentBlockStart" || type == "contentBlockDelta") OnBlock(type, *parsed);
    if (type == "messageStop") stop_reason_ = (*parsed)["stopReason"].AsString();
    if (type == "metadata") {
      usage_ = (*parsed)["usage"];
      has_ended_ = !stop_reason_.empty();  // it is the last one
    }
    return !fault_ && !has_ended_;
  }

  void OnBlock(const std::string& type, const Json& event) {
    AnswerDraft::Block* block = draft_.At(event["contentBlockIndex"].AsInt(-1));
    if (block == nullptr) {
      fault_ = Unusable("a message of the event stream is out of order", event.Dump());
      return;
    }
    if (type == "contentBlockStart") {
      *block = ReadBlock(event["start"]);
      block->thought = {};  // what a block of thinking begins with is not part of it
      return;
    }
    const Json& delta = event["delta"];
    block->text += delta["text"].AsString();
    block->input += delta["toolUse"]["input"].AsString();
    for (const auto& [name, value] : delta["reasoningContent"].members()) {
      Think(name, value.AsString(), &block->thought);
    }
  }

  // Streamed as {text}, {signature} or {redactedContent}; sent again as {reasoningText: {text,
  // signature}} or {redactedContent}.
  static void Think(const std::string& name, const std::string& more, Json* thought) {
    Json content = (*thought)["reasoningContent"];
    if (name == "redactedContent") {
      content.Set(name, content[name].AsString() + more);
    } else {
      Json text = content["reasoningText"];
      text.Set(name, text[name].AsString() + more);
      content.Set("reasoningText", std::move(text));
    }
    thought->Set("reasoningContent", std::move(content));
  }

  AnswerTool tool_;
  std::string model_;
  AwsEventStream events_;
  AnswerDraft draft_;
  std::string stop_reason_;
  Json usage_;
  std::optional<ProviderFault> fault_;
  bool has_ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyReader> NewBedrockReader(AnswerTool tool, std::string model) {
  return std::make_unique<Reader>(std::move(tool), std::move(model));
}

ProviderFault ReadBedrockFault(const HttpResponse& response) {
  std::string exception = ExceptionName(HeaderOf(response, "x-amzn-errortype"));
  if (exception.empty()) {
    const Result<Json> parsed = Json::Parse(response.body);
    if (parsed.ok()) exception = ExceptionName((*parsed)["__type"].AsString());
  }
  return FaultOf(exception, response.body);
}

}  // namespace hone
