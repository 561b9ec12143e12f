// OpenAiChatModel: a ChatModel behind any endpoint that speaks the OpenAI chat-completions form.
//
// One try per Start; it only says how the try ended:
//   429                      rate_limited   retryable (not when the account has no credit left)
//   401, 403                 credentials    not retryable
//   408, 409, 425, 5xx, 529  server_error   retryable
//   3xx, other 4xx           client_error   not retryable
//   2xx without an answer    bad_response   retryable, maybe billed
//   no complete response     network or timeout, retryable, maybe billed once a byte has left
// The key goes into the Authorization header and nowhere else: it is cut out of every text that
// comes back, answers included.
//
// Thread: the loop's thread. The client and the clock must outlive the model; what is in flight
// ends with the client.
#pragma once

#include <memory>
#include <string>

#include "ports/chat_model.h"
#include "ports/clock.h"
#include "ports/http_client.h"

namespace hone {

struct ModelEndpoint {
  std::string name{};          // "openai", "local": for messages
  std::string base_url{};      // "https://api.openai.com/v1"
  std::string key{};           // resolved by the app; "" sends no Authorization
  std::string organization{};  // OpenAI-Organization header, "" sends none
  std::string project{};       // OpenAI-Project header, "" sends none
  std::string model{};         // as the endpoint calls it: "gpt-4.1-2025-04-14"
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

class OpenAiChatModel final : public ChatModel {
 public:
  // Refuses a base URL that is no http(s) URL or holds user info, and a key or header that holds
  // control characters or white space.
  static Result<std::unique_ptr<ChatModel>> Make(HttpClient& client, const Clock& clock,
                                                 ModelEndpoint endpoint);

  Handle Start(const ChatRequest& request, Done done) override;
  void Cancel(Handle handle) override;
  std::string RequestBody(const ChatRequest& request) const override;
  std::string Address() const override;

 private:
  OpenAiChatModel(HttpClient& client, const Clock& clock, ModelEndpoint endpoint);
  ChatOutcome Judge(HttpResponse response) const;
  ChatInterruption JudgeStatus(int status, const HttpResponse& response) const;
  std::string Scrub(std::string text) const;
  void Scrub(Json* value) const;

  HttpClient& client_;
  const Clock& clock_;
  ModelEndpoint endpoint_;
  std::string url_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

// Milliseconds from a Retry-After value (seconds, or an HTTP date against `now_ms`), at least 0 and
// at most a day; -1 when it can't be read.
int64_t ParseRetryAfterMs(std::string_view value, int64_t now_ms);

}  // namespace hone
