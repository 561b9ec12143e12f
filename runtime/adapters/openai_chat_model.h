// OpenAiChatModel: a ChatModel behind any endpoint that speaks the OpenAI chat-completions form.
// How a try ends is told in http_chat_model.h; what is sent, in openai_wire.h.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http_chat_model.h"
#include "adapters/openai_wire.h"

namespace hone {

struct ModelEndpoint {
  std::string name{};          // "openai", "local": for messages
  std::string base_url{};      // "https://api.openai.com/v1"
  std::string key{};           // resolved by the app; "" sends none
  std::string organization{};  // OpenAI-Organization header, "" sends none
  std::string project{};       // OpenAI-Project header, "" sends none
  std::string model{};         // as the endpoint calls it: "gpt-4.1-2025-04-14"
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
  bool stream = false;  // ask for server-sent events; no part of any key
  StructuredMode structured = StructuredMode::kSchema;
  std::vector<std::pair<std::string, std::string>> headers{};  // further ones; no secrets
  // What Azure does otherwise (azure_chat_model.h): the name of the key's header ("" is
  // "Authorization: Bearer"), what follows base_url, and the model behind a deployment's name.
  std::string key_header{};
  std::string path = "/chat/completions";
  std::string family{};
};

// "schema", "object" or "none". The error names the nearest one.
Result<StructuredMode> ParseStructuredMode(const std::string& name);

class OpenAiChatModel final : public HttpChatModel {
 public:
  // Refuses a base URL that is no http(s) URL or holds user info, and a key or header that holds
  // control characters or white space.
  static Result<std::unique_ptr<ChatModel>> Make(HttpClient& client, const Clock& clock,
                                                 ModelEndpoint endpoint);

 private:
  OpenAiChatModel(HttpClient& client, const Clock& clock, const ModelEndpoint& endpoint);
  std::vector<BodyPiece> Body(const ChatRequest& request) const override;
  void Direct(HttpRequest* request) const override;
  std::unique_ptr<ReplyReader> NewReader(const ChatRequest& request) const override;
  ProviderFault ReadFault(const HttpResponse& response) const override;
  std::string_view RequestIdHeader() const override { return "x-request-id"; }

  std::string url_;
  std::vector<std::pair<std::string, std::string>> headers_;
  OpenAiForm form_;
};

// The headers of an endpoint in the OpenAI form: content types, key, organization, project, others.
std::vector<std::pair<std::string, std::string>> OpenAiHeaders(const ModelEndpoint& endpoint);
// What Make() checks, and the endpoint without slashes at the end of its base URL.
Result<ModelEndpoint> CheckedEndpoint(ModelEndpoint endpoint);

}  // namespace hone
