#include "adapters/scripted_chat_model.h"

#include <algorithm>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/openai_wire.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;

int64_t Tokens(int64_t bytes) { return (bytes + kBytesPerToken - 1) / kBytesPerToken; }

int64_t TextBytes(const ChatRequest& request) {
  int64_t bytes = 0;
  for (const ChatMessage& message : request.messages) {
    for (const Part& part : message.content) bytes += static_cast<int64_t>(part.text->size());
  }
  return bytes;
}

ScriptedReply Interrupted(ErrorCode code, std::string outcome, std::string message) {
  ChatInterruption interruption;
  interruption.code = code;
  interruption.outcome = std::move(outcome);
  interruption.message = std::move(message);
  interruption.retryable = true;
  return {interruption};
}

ScriptedChatModel::Rule InOrder(std::vector<ScriptedReply> replies) {
  return [replies = std::move(replies)](const ChatRequest&, int64_t number) {
    if (number < static_cast<int64_t>(replies.size())) {
      return replies[static_cast<std::size_t>(number)];
    }
    ScriptedReply none =
        Interrupted(ErrorCode::kInvalidArgument, "client_error",
                    "the script has only " + std::to_string(replies.size()) + " replies");
    std::get<ChatInterruption>(none.result).retryable = false;
    return none;
  };
}

}  // namespace

ScriptedReply ScriptedReply::Text(std::string text, std::string finish_reason) {
  ChatAnswer answer;
  answer.text = std::move(text);
  answer.finish_reason = std::move(finish_reason);
  return {answer};
}

ScriptedReply ScriptedReply::RateLimited(int64_t retry_after_ms) {
  ScriptedReply reply =
      Interrupted(ErrorCode::kRateLimited, "rate_limited", "scripted: answered 429");
  auto& interruption = std::get<ChatInterruption>(reply.result);
  interruption.http_status = 429;
  interruption.retry_after_ms = retry_after_ms;
  return reply;
}

ScriptedReply ScriptedReply::ServerError(int http_status) {
  ScriptedReply reply = Interrupted(ErrorCode::kUnavailable, "server_error",
                                    "scripted: answered " + std::to_string(http_status));
  std::get<ChatInterruption>(reply.result).http_status = http_status;
  return reply;
}

ScriptedReply ScriptedReply::ConnectionLost() {
  ScriptedReply reply =
      Interrupted(ErrorCode::kUnavailable, "network", "scripted: the connection was closed");
  std::get<ChatInterruption>(reply.result).maybe_billed = true;
  return reply;
}

ScriptedReply ScriptedReply::Never() {
  ScriptedReply reply;
  reply.never = true;
  return reply;
}

ScriptedChatModel::ScriptedChatModel(EventLoop& loop, Rule rule)
    : loop_(loop), rule_(std::move(rule)) {}

ScriptedChatModel::ScriptedChatModel(EventLoop& loop, std::vector<ScriptedReply> replies)
    : ScriptedChatModel(loop, InOrder(std::move(replies))) {}

ScriptedChatModel::~ScriptedChatModel() {
  for (const auto& [handle, pending] : pending_) {
    if (pending.timer != 0) loop_.CancelTimer(pending.timer);
  }
}

ChatModel::Handle ScriptedChatModel::Start(const ChatRequest& request, Done done) {
  const auto number = static_cast<int64_t>(last_handle_);
  const Handle handle = ++last_handle_;
  if (keep_requests_) requests_.push_back(request);
  ScriptedReply reply = rule_(request, number);
  Pending& pending = pending_[handle];
  pending.done = std::move(done);
  pending.outcome.request_bytes = TextBytes(request);
  if (auto* answer = std::get_if<ChatAnswer>(&reply.result)) {
    const auto text_bytes = static_cast<int64_t>(answer->text.size());
    pending.outcome.response_bytes = text_bytes;
    if (answer->response_model.empty()) answer->response_model = "scripted";
    if (answer->finish_reason.empty()) answer->finish_reason = "stop";
    if (answer->usage.input == 0 && answer->usage.output == 0) {
      answer->usage.input = Tokens(pending.outcome.request_bytes);
      answer->usage.output = Tokens(text_bytes);
      answer->usage.is_estimate = true;
    }
  }
  pending.outcome.result = std::move(reply.result);
  max_in_flight_ = std::max(max_in_flight_, static_cast<int>(pending_.size()));
  if (reply.never) return handle;
  if (reply.latency_ms > 0) {
    pending.timer = loop_.After(reply.latency_ms, [this, handle] { Deliver(handle); });
  } else {
    loop_.Post([this, alive = std::weak_ptr<bool>(alive_), handle] {
      if (!alive.expired()) Deliver(handle);
    });
  }
  return handle;
}

void ScriptedChatModel::Cancel(Handle handle) {
  const auto found = pending_.find(handle);
  if (found == pending_.end()) return;
  if (found->second.timer != 0) loop_.CancelTimer(found->second.timer);
  found->second.timer = 0;
  ChatInterruption cancelled;
  cancelled.code = ErrorCode::kCancelled;
  cancelled.outcome = "cancelled";
  cancelled.message = "cancelled";
  cancelled.maybe_billed = true;
  found->second.outcome.result = std::move(cancelled);
  loop_.Post([this, alive = std::weak_ptr<bool>(alive_), handle] {
    if (!alive.expired()) Deliver(handle);
  });
}

void ScriptedChatModel::Deliver(Handle handle) {
  const auto found = pending_.find(handle);
  if (found == pending_.end()) return;
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  pending.done(pending.outcome);
}

std::string ScriptedChatModel::RequestBody(const ChatRequest& request) const {
  return BodyStream::Render(
      OpenAiRequestBody(request, OpenAiForm{"scripted", "", StructuredMode::kSchema, false}));
}

}  // namespace hone
