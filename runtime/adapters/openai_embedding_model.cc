#include "adapters/openai_embedding_model.h"

#include <algorithm>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/body_writer.h"
#include "adapters/embedding_json.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;
constexpr int64_t kMinResponseBytes = 64 << 20;  // 2,048 vectors are large

}  // namespace

OpenAiEmbeddingModel::OpenAiEmbeddingModel(HttpClient& client, const Clock& clock,
                                           ModelEndpoint endpoint)
    : client_(client),
      endpoint_(std::move(endpoint)),
      outcomes_(clock, {endpoint_.key}),
      url_(endpoint_.base_url + endpoint_.path),
      headers_(OpenAiHeaders(endpoint_)) {}

Result<std::unique_ptr<EmbeddingModel>> OpenAiEmbeddingModel::Make(HttpClient& client,
                                                                   const Clock& clock,
                                                                   ModelEndpoint endpoint) {
  HONE_ASSIGN(endpoint, CheckedEndpoint(std::move(endpoint)));
  if (endpoint.path == ModelEndpoint().path) endpoint.path = kEmbeddingsPath;
  endpoint.stream = false;
  return std::unique_ptr<EmbeddingModel>(
      new OpenAiEmbeddingModel(client, clock, std::move(endpoint)));
}

std::vector<BodyPiece> OpenAiEmbeddingModel::Body(const EmbedRequest& request) const {
  BodyWriter out;
  out.Raw("{\"model\":").Quoted(endpoint_.model).Raw(",\"input\":[");
  for (const Part& text : request.texts) out.Comma().Raw("\"").Text(text.text).Raw("\"");
  out.Raw("],\"encoding_format\":\"float\"");
  if (request.dimensions > 0) out.Field("dimensions", Json(request.dimensions));
  out.Raw("}");
  return out.Take();
}

EmbeddingModel::Handle OpenAiEmbeddingModel::Start(const EmbedRequest& request, Done done) {
  HttpRequest http;
  http.url = url_;
  http.headers = headers_;
  http.body = Body(request);
  http.connect_timeout_ms = endpoint_.connect_timeout_ms;
  http.total_timeout_ms = endpoint_.total_timeout_ms;
  http.idle_timeout_ms = endpoint_.idle_timeout_ms;
  http.max_response_bytes = std::max(endpoint_.max_response_bytes, kMinResponseBytes);
  return client_.Start(std::move(http),
                       [this, n_texts = request.texts.size(), done = std::move(done)](
                           HttpResponse response) { done(Judge(std::move(response), n_texts)); });
}

void OpenAiEmbeddingModel::Cancel(Handle handle) { client_.Cancel(handle); }

std::string OpenAiEmbeddingModel::RequestBody(const EmbedRequest& request) const {
  return BodyStream::Render(Body(request));
}

std::string OpenAiEmbeddingModel::Address() const { return endpoint_.base_url; }

EmbedOutcome OpenAiEmbeddingModel::Judge(HttpResponse response, std::size_t n_texts) const {
  EmbedOutcome outcome;
  outcome.request_bytes = response.request_bytes;
  outcome.response_bytes = response.response_bytes;
  const std::string where = url_.substr(0, url_.find('?'));
  if (response.status == 0) {
    outcome.result = outcomes_.NoResponse(response);
    return outcome;
  }
  if (!IsOkStatus(response.status)) {
    ProviderFault fault = ReadOpenAiFault(response.body);
    fault.status = 0;
    outcome.result = outcomes_.Fault(fault, response, where);
    return outcome;
  }
  if (!IsValidUtf8(response.body)) response.body = ToValidUtf8(response.body);
  EmbedReply reply = ReadEmbeddings(response.body, n_texts);
  if (const auto* fault = std::get_if<ProviderFault>(&reply)) {
    outcome.result = outcomes_.Fault(*fault, response, where);
    return outcome;
  }
  auto& answer = std::get<EmbedAnswer>(reply);
  if (answer.usage.is_estimate) {
    answer.usage.input = (response.request_bytes + kBytesPerToken - 1) / kBytesPerToken;
  }
  const std::string_view request_id = HeaderOf(response, "x-request-id");
  answer.provider_request_id = outcomes_.Scrub(OneLine(ToValidUtf8(request_id), 200));
  answer.response_model = outcomes_.Scrub(std::move(answer.response_model));
  outcome.result = std::move(answer);
  return outcome;
}

}  // namespace hone
