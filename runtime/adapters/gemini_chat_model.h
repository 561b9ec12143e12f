// GeminiChatModel: a ChatModel behind Google's Gemini API (generateContent).
// How a try ends is told in http_chat_model.h; what is sent, in gemini_wire.h.
#pragma once

#include <memory>
#include <string>

#include "adapters/gemini_wire.h"
#include "adapters/http_chat_model.h"

namespace hone {

struct GeminiEndpoint {
  std::string name{};  // for messages
  // "/v1beta" is added unless the address ends with a version ("/v1beta", "/v1").
  std::string base_url = "https://generativelanguage.googleapis.com/v1beta";
  std::string key{};    // sent as x-goog-api-key; "" sends none
  std::string token{};  // sent as "Authorization: Bearer" instead
  std::string model{};  // "gemini-2.5-flash", "tunedModels/mine"
  bool stream = false;  // streamGenerateContent
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

class GeminiChatModel final : public HttpChatModel {
 public:
  // Refuses what CheckEndpoint refuses.
  static Result<std::unique_ptr<ChatModel>> Make(HttpClient& client, const Clock& clock,
                                                 GeminiEndpoint endpoint);

 private:
  GeminiChatModel(HttpClient& client, const Clock& clock, const GeminiEndpoint& endpoint);
  std::vector<BodyPiece> Body(const ChatRequest& request) const override;
  void Direct(HttpRequest* request) const override;
  std::unique_ptr<ReplyReader> NewReader(const ChatRequest& request) const override;
  ProviderFault ReadFault(const HttpResponse& response) const override;
  std::string_view RequestIdHeader() const override { return "x-goog-request-id"; }

  std::string url_, model_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace hone
