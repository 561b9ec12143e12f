// AnthropicChatModel: a ChatModel behind Anthropic's Messages API, or a gateway that speaks it.
// How a try ends is told in http_chat_model.h; what is sent, in anthropic_wire.h.
#pragma once

#include <memory>
#include <string>

#include "adapters/anthropic_wire.h"
#include "adapters/http_chat_model.h"

namespace hone {

struct AnthropicEndpoint {
  std::string name{};  // for messages
  // "/v1/messages" is added, or "/messages" to an address that ends with "/v1".
  std::string base_url = "https://api.anthropic.com";
  std::string key{};              // sent as x-api-key; "" sends none
  std::string token{};            // sent as "Authorization: Bearer" instead (gateways)
  std::string beta{};             // the anthropic-beta header; "" sends none
  std::string model{};            // "claude-opus-4-5-20251101"
  int64_t max_output_tokens = 0;  // sent when a request has no limit; 0: known from the name
  AnthropicJson json = AnthropicJson::kAuto;
  bool cache_prompts = true;
  bool stream = false;
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

class AnthropicChatModel final : public HttpChatModel {
 public:
  // Refuses what CheckEndpoint refuses.
  static Result<std::unique_ptr<ChatModel>> Make(HttpClient& client, const Clock& clock,
                                                 AnthropicEndpoint endpoint);

 private:
  AnthropicChatModel(HttpClient& client, const Clock& clock, const AnthropicEndpoint& endpoint);
  std::vector<BodyPiece> Body(const ChatRequest& request) const override;
  void Direct(HttpRequest* request) const override;
  std::unique_ptr<ReplyReader> NewReader(const ChatRequest& request) const override;
  ProviderFault ReadFault(const HttpResponse& response) const override;
  std::string_view RequestIdHeader() const override { return "request-id"; }

  std::string url_;
  std::vector<std::pair<std::string, std::string>> headers_;
  AnthropicForm form_;
};

}  // namespace hone
