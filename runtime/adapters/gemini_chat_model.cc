#include "adapters/gemini_chat_model.h"

#include <cctype>
#include <utility>

namespace hone {
namespace {

bool EndsWithVersion(const std::string& url) {
  const std::size_t slash = url.rfind('/');
  return slash + 2 < url.size() && url[slash + 1] == 'v' &&
         std::isdigit(static_cast<unsigned char>(url[slash + 2])) != 0;
}

std::string ModelPath(const std::string& model) {
  const std::size_t slash = model.find('/');
  const std::string home = slash == std::string::npos ? "models" : model.substr(0, slash);
  const std::string name = slash == std::string::npos ? model : model.substr(slash + 1);
  return "/" + PercentEncode(home) + "/" + PercentEncode(name);
}

}  // namespace

GeminiChatModel::GeminiChatModel(HttpClient& client, const Clock& clock,
                                 const GeminiEndpoint& endpoint)
    : HttpChatModel(client, clock,
                    {.name = endpoint.name,
                     .address = endpoint.base_url,
                     .secrets = {endpoint.key, endpoint.token},
                     .stream = endpoint.stream,
                     .connect_timeout_ms = endpoint.connect_timeout_ms,
                     .total_timeout_ms = endpoint.total_timeout_ms,
                     .idle_timeout_ms = endpoint.idle_timeout_ms,
                     .max_response_bytes = endpoint.max_response_bytes}),
      url_(endpoint.base_url + (EndsWithVersion(endpoint.base_url) ? "" : "/v1beta") +
           ModelPath(endpoint.model) +
           (endpoint.stream ? ":streamGenerateContent?alt=sse" : ":generateContent")),
      model_(endpoint.model) {
  headers_ = {{"Content-Type", "application/json"},
              {"Accept", endpoint.stream ? "text/event-stream" : "application/json"}};
  if (!endpoint.key.empty()) headers_.emplace_back("x-goog-api-key", endpoint.key);
  if (!endpoint.token.empty()) headers_.emplace_back("Authorization", "Bearer " + endpoint.token);
}

Result<std::unique_ptr<ChatModel>> GeminiChatModel::Make(HttpClient& client, const Clock& clock,
                                                         GeminiEndpoint endpoint) {
  const std::string where = "endpoint '" + endpoint.name + "'";
  HONE_TRY(CheckEndpoint(where, endpoint.base_url, endpoint.key + endpoint.token));
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  return std::unique_ptr<ChatModel>(new GeminiChatModel(client, clock, endpoint));
}

std::vector<BodyPiece> GeminiChatModel::Body(const ChatRequest& request) const {
  return GeminiRequestBody(request, model_);
}

void GeminiChatModel::Direct(HttpRequest* request) const {
  request->url = url_;
  request->headers = headers_;
}

std::unique_ptr<ReplyReader> GeminiChatModel::NewReader(const ChatRequest& /*request*/) const {
  return NewGeminiReader();
}

ProviderFault GeminiChatModel::ReadFault(const HttpResponse& response) const {
  return ReadGeminiFault(response.body);
}

}  // namespace hone
