#include "adapters/anthropic_chat_model.h"

#include <utility>

namespace hone {

AnthropicChatModel::AnthropicChatModel(HttpClient& client, const Clock& clock,
                                       const AnthropicEndpoint& endpoint)
    : HttpChatModel(client, clock,
                    {.name = endpoint.name,
                     .address = endpoint.base_url,
                     .secrets = {endpoint.key, endpoint.token},
                     .stream = endpoint.stream,
                     .connect_timeout_ms = endpoint.connect_timeout_ms,
                     .total_timeout_ms = endpoint.total_timeout_ms,
                     .idle_timeout_ms = endpoint.idle_timeout_ms,
                     .max_response_bytes = endpoint.max_response_bytes}),
      url_(endpoint.base_url + (endpoint.base_url.ends_with("/v1") ? "" : "/v1") + "/messages"),
      form_({.model = endpoint.model,
             .max_output_tokens = endpoint.max_output_tokens,
             .json = endpoint.json,
             .stream = endpoint.stream,
             .cache_min_bytes = endpoint.cache_prompts ? std::size_t{4096} : 0}) {
  headers_ = {{"Content-Type", "application/json"},
              {"Accept", endpoint.stream ? "text/event-stream" : "application/json"},
              {"anthropic-version", "2023-06-01"}};
  if (!endpoint.key.empty()) headers_.emplace_back("x-api-key", endpoint.key);
  if (!endpoint.token.empty()) headers_.emplace_back("Authorization", "Bearer " + endpoint.token);
  if (!endpoint.beta.empty()) headers_.emplace_back("anthropic-beta", endpoint.beta);
}

Result<std::unique_ptr<ChatModel>> AnthropicChatModel::Make(HttpClient& client, const Clock& clock,
                                                            AnthropicEndpoint endpoint) {
  const std::string where = "endpoint '" + endpoint.name + "'";
  HONE_TRY(CheckEndpoint(where, endpoint.base_url, endpoint.key + endpoint.token));
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  return std::unique_ptr<ChatModel>(new AnthropicChatModel(client, clock, endpoint));
}

std::vector<BodyPiece> AnthropicChatModel::Body(const ChatRequest& request) const {
  return AnthropicRequestBody(request, form_);
}

void AnthropicChatModel::Direct(HttpRequest* request) const {
  request->url = url_;
  request->headers = headers_;
}

std::unique_ptr<ReplyReader> AnthropicChatModel::NewReader(const ChatRequest& request) const {
  return NewAnthropicReader(AnthropicAnswerTool(request, form_));
}

ProviderFault AnthropicChatModel::ReadFault(const HttpResponse& response) const {
  ProviderFault fault = ReadAnthropicFault(response.body);
  fault.status = 0;  // the response's own says more than the name of the error
  return fault;
}

}  // namespace hone
