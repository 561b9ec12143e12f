#include "adapters/bedrock_chat_model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/http_url.h"
#include "adapters/sigv4.h"
#include "base/hash.h"

namespace hone {
namespace {

constexpr const char* kEventStream = "application/vnd.amazon.eventstream";

std::string HashOfPieces(const std::vector<BodyPiece>& pieces) {
  Sha256 sha;
  BodyStream body(pieces);
  std::array<char, 16 << 10> buffer{};
  for (std::size_t got = body.Read(buffer.data(), buffer.size()); got > 0;
       got = body.Read(buffer.data(), buffer.size())) {
    sha.Update({buffer.data(), got});
  }
  return sha.Finish().Hex();
}

bool IsRegion(const std::string& name) {
  return !name.empty() && name.size() < 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 ||
           std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
}

// What follows the authority of a URL.
std::string PathOf(const std::string& url) {
  const std::size_t slash = url.find('/', url.find("://") + 3);
  return slash == std::string::npos ? "" : url.substr(slash);
}

// As curl writes the host header: without the port that the scheme has anyway.
std::string HostHeader(const HttpUrl& url) {
  const std::string standard = url.scheme == "https" ? ":443" : ":80";
  return url.authority == url.host + standard ? url.host : url.authority;
}

}  // namespace

BedrockChatModel::BedrockChatModel(HttpClient& client, const Clock& clock,
                                   const BedrockEndpoint& endpoint, std::string authority)
    : HttpChatModel(
          client, clock,
          {.name = endpoint.name,
           .address = endpoint.base_url,
           .secrets = {endpoint.identity.bearer_token, endpoint.identity.keys.secret_key,
                       endpoint.identity.keys.session_token, endpoint.identity.keys.access_key},
           .stream = endpoint.stream,
           .stream_type = kEventStream,
           .connect_timeout_ms = endpoint.connect_timeout_ms,
           .total_timeout_ms = endpoint.total_timeout_ms,
           .idle_timeout_ms = endpoint.idle_timeout_ms,
           .max_response_bytes = endpoint.max_response_bytes}),
      authority_(std::move(authority)),
      identity_(endpoint.identity),
      form_({.model = endpoint.model,
             .max_output_tokens = endpoint.max_output_tokens,
             .cache_min_bytes = endpoint.cache_prompts ? std::size_t{4096} : 0}) {
  const std::string call = "/model/" + PercentEncode(endpoint.model) +
                           (endpoint.stream ? "/converse-stream" : "/converse");
  url_ = endpoint.base_url + call;
  path_ = PathOf(url_);
}

Result<std::unique_ptr<ChatModel>> BedrockChatModel::Make(HttpClient& client, const Clock& clock,
                                                          BedrockEndpoint endpoint) {
  const std::string where = "endpoint '" + endpoint.name + "'";
  AwsIdentity& identity = endpoint.identity;
  if (!IsRegion(identity.region)) {
    return Invalid(where + ": " +
                   (identity.region.empty()
                        ? "no AWS region; set AWS_REGION, or region in the AWS profile"
                        : "'" + identity.region + "' is no AWS region") +
                   " (as in us-east-1)");
  }
  if (endpoint.base_url.empty()) {
    const std::string home =
        identity.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    endpoint.base_url = "https://bedrock-runtime." + identity.region + home;
  }
  const AwsKeys& keys = identity.keys;
  HONE_TRY(CheckEndpoint(
      where, endpoint.base_url,
      identity.bearer_token + keys.access_key + keys.secret_key + keys.session_token));
  if (identity.bearer_token.empty() && (keys.access_key.empty() || keys.secret_key.empty())) {
    return Fail(ErrorCode::kCredentials, where + ": no AWS keys and no bearer token");
  }
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  HONE_ASSIGN(const HttpUrl url, ParseHttpUrl(endpoint.base_url));
  return std::unique_ptr<ChatModel>(new BedrockChatModel(client, clock, endpoint, HostHeader(url)));
}

std::vector<BodyPiece> BedrockChatModel::Body(const ChatRequest& request) const {
  return BedrockRequestBody(request, form_);
}

void BedrockChatModel::Direct(HttpRequest* request) const {
  request->url = url_;
  request->headers = {{"Content-Type", "application/json"},
                      {"Accept", endpoint().stream ? kEventStream : "application/json"}};
  if (!identity_.bearer_token.empty()) {
    request->headers.emplace_back("Authorization", "Bearer " + identity_.bearer_token);
    return;
  }
  const SigV4Scope scope{AmzTime(clock().NowMs()), identity_.region, "bedrock"};
  SigV4Request signing;
  signing.path = path_;
  signing.headers = {
      {"content-type", "application/json"}, {"host", authority_}, {"x-amz-date", scope.time}};
  request->headers.emplace_back("X-Amz-Date", scope.time);
  if (!identity_.keys.session_token.empty()) {
    signing.headers.emplace_back("x-amz-security-token", identity_.keys.session_token);
    request->headers.emplace_back("X-Amz-Security-Token", identity_.keys.session_token);
  }
  signing.payload_sha256 = HashOfPieces(request->body);
  request->headers.emplace_back("Authorization",
                                SigV4Authorization(identity_.keys, scope, signing));
}

std::unique_ptr<ReplyReader> BedrockChatModel::NewReader(const ChatRequest& request) const {
  return NewBedrockReader(BedrockAnswerTool(request, form_), form_.model);
}

ProviderFault BedrockChatModel::ReadFault(const HttpResponse& response) const {
  return ReadBedrockFault(response);
}

}  // namespace hone
