#include "adapters/azure_chat_model.h"

#include "adapters/openai_embedding_model.h"
#include "adapters/token_model.h"
#include "base/text.h"

namespace hone {
namespace {

// `what` is "/chat/completions" or "/embeddings".
Result<ModelEndpoint> InOpenAiForm(const AzureEndpoint& azure, const std::string& what,
                                   bool has_tokens) {
  ModelEndpoint endpoint;
  endpoint.name = azure.name;
  endpoint.base_url = azure.base_url;
  endpoint.key = azure.key;
  endpoint.model = azure.model;
  endpoint.family = azure.family;
  endpoint.stream = azure.stream;
  endpoint.structured = azure.structured;
  endpoint.headers = azure.headers;
  endpoint.connect_timeout_ms = azure.connect_timeout_ms;
  endpoint.total_timeout_ms = azure.total_timeout_ms;
  endpoint.idle_timeout_ms = azure.idle_timeout_ms;
  endpoint.max_response_bytes = azure.max_response_bytes;
  const std::string where = "endpoint '" + azure.name + "'";
  if (has_tokens && !azure.key.empty()) {
    return Invalid(where + ": either a key or tokens, not both");
  }
  if (azure.model.empty()) return Invalid(where + ": the deployment's name is missing");
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  if (azure.v1) {
    const bool is_whole = endpoint.base_url.ends_with("/v1");
    endpoint.path = (is_whole ? "" : "/openai/v1") + what;
    return endpoint;
  }
  constexpr std::string_view kRoot = "/openai";
  if (endpoint.base_url.ends_with(kRoot)) {
    endpoint.base_url.resize(endpoint.base_url.size() - kRoot.size());
  }
  if (azure.api_version.empty() || PercentEncode(azure.api_version) != azure.api_version) {
    return Invalid(where + ": api_version is '" + OneLine(azure.api_version, 40) +
                   "'; write one such as " + kAzureApiVersion);
  }
  endpoint.path = std::string(kRoot) + "/deployments/" + PercentEncode(azure.model) + what +
                  "?api-version=" + azure.api_version;
  if (!has_tokens) endpoint.key_header = "api-key";
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<ChatModel>> MakeAzureChatModel(HttpClient& client, const Clock& clock,
                                                      const AzureEndpoint& endpoint,
                                                      std::shared_ptr<TokenCache> tokens) {
  HONE_ASSIGN(const ModelEndpoint openai,
              InOpenAiForm(endpoint, ModelEndpoint().path, tokens != nullptr));
  HONE_ASSIGN(std::unique_ptr<ChatModel> model, OpenAiChatModel::Make(client, clock, openai));
  if (tokens == nullptr) return model;
  return std::unique_ptr<ChatModel>(std::make_unique<TokenChatModel>(
      std::move(tokens),
      [&client, &clock, openai](const std::string& token) {
        ModelEndpoint with_token = openai;
        with_token.key = token;
        return OpenAiChatModel::Make(client, clock, std::move(with_token));
      },
      std::move(model)));
}

Result<std::unique_ptr<EmbeddingModel>> MakeAzureEmbeddingModel(
    HttpClient& client, const Clock& clock, const AzureEndpoint& endpoint,
    std::shared_ptr<TokenCache> tokens) {
  HONE_ASSIGN(const ModelEndpoint openai,
              InOpenAiForm(endpoint, kEmbeddingsPath, tokens != nullptr));
  HONE_ASSIGN(std::unique_ptr<EmbeddingModel> model,
              OpenAiEmbeddingModel::Make(client, clock, openai));
  if (tokens == nullptr) return model;
  return std::unique_ptr<EmbeddingModel>(std::make_unique<TokenEmbeddingModel>(
      std::move(tokens),
      [&client, &clock, openai](const std::string& token) {
        ModelEndpoint with_token = openai;
        with_token.key = token;
        return OpenAiEmbeddingModel::Make(client, clock, std::move(with_token));
      },
      std::move(model)));
}

}  // namespace hone
