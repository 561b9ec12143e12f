#include "adapters/openai_chat_model.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

bool IsCleanToken(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

// A refusal that names the response format is one that a weaker form of it gets past.
bool IsAboutFormat(int status, const std::string& text) {
  if (status != 400 && status != 404 && status != 422) return false;
  const std::string lower = ToLowerAscii(text);
  for (const char* sign : {"response_format", "json_schema", "json_object", "guided_json"}) {
    if (lower.find(sign) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<StructuredMode> ParseStructuredMode(const std::string& name) {
  if (name == "schema") return StructuredMode::kSchema;
  if (name == "object") return StructuredMode::kObject;
  if (name == "none") return StructuredMode::kNone;
  return Invalid("structured is '" + OneLine(name, 40) + "'" +
                 NameHint(name, {"schema", "object", "none"}));
}

std::vector<std::pair<std::string, std::string>> OpenAiHeaders(const ModelEndpoint& endpoint) {
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Content-Type", "application/json"},
      {"Accept", endpoint.stream ? "text/event-stream" : "application/json"}};
  if (!endpoint.key.empty()) {
    if (endpoint.key_header.empty()) {
      headers.emplace_back("Authorization", "Bearer " + endpoint.key);
    } else {
      headers.emplace_back(endpoint.key_header, endpoint.key);
    }
  }
  if (!endpoint.organization.empty()) {
    headers.emplace_back("OpenAI-Organization", endpoint.organization);
  }
  if (!endpoint.project.empty()) headers.emplace_back("OpenAI-Project", endpoint.project);
  headers.insert(headers.end(), endpoint.headers.begin(), endpoint.headers.end());
  return headers;
}

Result<ModelEndpoint> CheckedEndpoint(ModelEndpoint endpoint) {
  const std::string where = "endpoint '" + endpoint.name + "'";
  HONE_TRY(CheckEndpoint(where, endpoint.base_url, endpoint.key));
  if (!IsCleanToken(endpoint.organization) || !IsCleanToken(endpoint.project)) {
    return Invalid(where + ": organization or project holds white space or a control character");
  }
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  return endpoint;
}

OpenAiChatModel::OpenAiChatModel(HttpClient& client, const Clock& clock,
                                 const ModelEndpoint& endpoint)
    : HttpChatModel(client, clock,
                    {.name = endpoint.name,
                     .address = endpoint.base_url,
                     .secrets = {endpoint.key},
                     .stream = endpoint.stream,
                     .connect_timeout_ms = endpoint.connect_timeout_ms,
                     .total_timeout_ms = endpoint.total_timeout_ms,
                     .idle_timeout_ms = endpoint.idle_timeout_ms,
                     .max_response_bytes = endpoint.max_response_bytes}),
      url_(endpoint.base_url + endpoint.path),
      headers_(OpenAiHeaders(endpoint)),
      form_({.model = endpoint.model,
             .family = endpoint.family,
             .structured = endpoint.structured,
             .stream = endpoint.stream}) {}

Result<std::unique_ptr<ChatModel>> OpenAiChatModel::Make(HttpClient& client, const Clock& clock,
                                                         ModelEndpoint endpoint) {
  HONE_ASSIGN(endpoint, CheckedEndpoint(std::move(endpoint)));
  return std::unique_ptr<ChatModel>(new OpenAiChatModel(client, clock, endpoint));
}

std::vector<BodyPiece> OpenAiChatModel::Body(const ChatRequest& request) const {
  return OpenAiRequestBody(request, form_);
}

void OpenAiChatModel::Direct(HttpRequest* request) const {
  request->url = url_;
  request->headers = headers_;
}

std::unique_ptr<ReplyReader> OpenAiChatModel::NewReader(const ChatRequest& request) const {
  return NewOpenAiReader(OpenAiAnswerForm(request, form_));
}

ProviderFault OpenAiChatModel::ReadFault(const HttpResponse& response) const {
  ProviderFault fault = ReadOpenAiFault(response.body);
  fault.status = 0;  // the response's own says more than the body
  if (form_.structured != StructuredMode::kNone && IsAboutFormat(response.status, fault.text)) {
    const bool had_schema = form_.structured == StructuredMode::kSchema;
    fault.text += std::string("; if this endpoint takes no ") +
                  (had_schema ? "JSON schemas, set structured = \"object\" (or \"none\")"
                              : "response format, set structured = \"none\"") +
                  " for [endpoints." + endpoint().name + "] in your configuration";
  }
  return fault;
}

}  // namespace hone
