// ScriptedChatModel: a ChatModel that answers from a list or by a rule, for tests, dry runs and
// benchmarks. Never presented as a language model: its answers name "scripted" as response model.
//
// Thread: the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "ports/chat_model.h"
#include "ports/event_loop.h"

namespace hone {

// What happens to one request.
struct ScriptedReply {
  std::variant<ChatAnswer, ChatInterruption> result;
  int64_t latency_ms = 0;  // 0: as soon as the loop turns
  bool never = false;      // no reply until it is cancelled

  // A complete answer; usage is estimated at four bytes a token.
  static ScriptedReply Text(std::string text, std::string finish_reason = "stop");
  static ScriptedReply RateLimited(int64_t retry_after_ms);
  static ScriptedReply ServerError(int http_status);
  static ScriptedReply ConnectionLost();  // maybe billed
  static ScriptedReply Never();
};

class ScriptedChatModel final : public ChatModel {
 public:
  // `number` counts requests from 0.
  using Rule = std::function<ScriptedReply(const ChatRequest& request, int64_t number)>;

  ScriptedChatModel(EventLoop& loop, Rule rule);
  // Replies in order; the request after the last is a client error saying so.
  ScriptedChatModel(EventLoop& loop, std::vector<ScriptedReply> replies);
  ~ScriptedChatModel() override;

  Handle Start(const ChatRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  // The OpenAI form for a model named "scripted".
  std::string RequestBody(const ChatRequest& request) const override;
  std::string Address() const override { return "in process"; }

  [[nodiscard]] const std::vector<ChatRequest>& requests() const { return requests_; }
  [[nodiscard]] int max_in_flight() const { return max_in_flight_; }
  // Without it, each request's parts stay alive in requests().
  void KeepRequests(bool keep) { keep_requests_ = keep; }

 private:
  struct Pending {
    ChatOutcome outcome;
    Done done;
    EventLoop::TimerId timer = 0;
  };
  void Deliver(Handle handle);

  EventLoop& loop_;
  Rule rule_;
  std::vector<ChatRequest> requests_;
  std::unordered_map<Handle, Pending> pending_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Handle last_handle_ = 0;
  int max_in_flight_ = 0;
  bool keep_requests_ = true;
};

}  // namespace hone
