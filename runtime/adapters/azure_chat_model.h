// Azure OpenAI: the OpenAI form behind a deployment's address or behind Azure's own /openai/v1.
//
//   key       <base_url>/openai/deployments/<deployment>/chat/completions?api-version=..., the key
//             in the header api-key
//   tokens    the same with "Authorization: Bearer" and a token of Microsoft Entra
//   v1        <base_url>/openai/v1/chat/completions without an API version; key and token both as
//             "Authorization: Bearer". A base URL that ends with /v1 is taken as it is
// Everything else is as in openai_chat_model.h.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/openai_chat_model.h"
#include "adapters/token_cache.h"
#include "ports/embedding_model.h"

namespace hone {

inline constexpr const char* kAzureApiVersion = "2024-12-01-preview";

struct AzureEndpoint {
  std::string name = "azure";  // for messages
  std::string base_url{};      // "https://RESOURCE.openai.azure.com"
  std::string model{};         // the deployment
  std::string family{};        // the model behind it ("gpt-5.1"), where its name does not say it
  std::string key{};           // without tokens; "" sends none
  std::string api_version = kAzureApiVersion;
  bool v1 = false;
  bool stream = false;
  StructuredMode structured = StructuredMode::kSchema;
  std::vector<std::pair<std::string, std::string>> headers{};
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

// With `tokens`, `key` must be "". Refuses what OpenAiChatModel::Make refuses, and an API version
// that is no simple word.
Result<std::unique_ptr<ChatModel>> MakeAzureChatModel(HttpClient& client, const Clock& clock,
                                                      const AzureEndpoint& endpoint,
                                                      std::shared_ptr<TokenCache> tokens = nullptr);
Result<std::unique_ptr<EmbeddingModel>> MakeAzureEmbeddingModel(
    HttpClient& client, const Clock& clock, const AzureEndpoint& endpoint,
    std::shared_ptr<TokenCache> tokens = nullptr);

}  // namespace hone
