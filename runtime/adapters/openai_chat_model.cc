#include "adapters/openai_chat_model.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/http_url.h"
#include "adapters/openai_wire.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kLongestWaitMs = 24LL * 3600 * 1000;
constexpr int kTooManyRequests = 429;

std::string_view Header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

int64_t RetryAfterMs(const HttpResponse& response, int64_t now_ms) {
  // The finer one of OpenAI and Azure first.
  if (const std::string_view exact = Header(response, "retry-after-ms"); !exact.empty()) {
    double value = 0;
    const auto read = std::from_chars(exact.data(), exact.data() + exact.size(), value);
    if (read.ec == std::errc() && std::isfinite(value)) {
      return static_cast<int64_t>(std::clamp(value, 0.0, static_cast<double>(kLongestWaitMs)));
    }
  }
  return ParseRetryAfterMs(Header(response, "retry-after"), now_ms);
}

bool IsCleanToken(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

}  // namespace

int64_t ParseRetryAfterMs(std::string_view value, int64_t now_ms) {
  value = Trim(value);
  if (value.empty()) return -1;
  double seconds = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (read.ptr == value.data() + value.size()) {
    if (read.ec == std::errc::result_out_of_range) return kLongestWaitMs;
    if (read.ec != std::errc() || !std::isfinite(seconds)) return -1;
    return static_cast<int64_t>(
        std::clamp(std::ceil(seconds * 1000), 0.0, static_cast<double>(kLongestWaitMs)));
  }
  if (value.size() > 64) return -1;
  const time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return -1;
  return std::clamp<int64_t>(int64_t{date} * 1000 - now_ms, 0, kLongestWaitMs);
}

OpenAiChatModel::OpenAiChatModel(HttpClient& client, const Clock& clock, ModelEndpoint endpoint)
    : client_(client), clock_(clock), endpoint_(std::move(endpoint)) {
  while (endpoint_.base_url.ends_with('/')) endpoint_.base_url.pop_back();
  url_ = endpoint_.base_url + "/chat/completions";
  headers_ = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!endpoint_.key.empty()) headers_.emplace_back("Authorization", "Bearer " + endpoint_.key);
  if (!endpoint_.organization.empty()) {
    headers_.emplace_back("OpenAI-Organization", endpoint_.organization);
  }
  if (!endpoint_.project.empty()) headers_.emplace_back("OpenAI-Project", endpoint_.project);
}

Result<std::unique_ptr<ChatModel>> OpenAiChatModel::Make(HttpClient& client, const Clock& clock,
                                                         ModelEndpoint endpoint) {
  const std::string where = "endpoint '" + endpoint.name + "'";
  const Result<HttpUrl> url = ParseHttpUrl(endpoint.base_url);
  if (!url.ok()) return url.error().With(where);
  if (endpoint.base_url.find_first_of("?#") != std::string::npos) {
    return Invalid(where + ": base_url must end with a path, without '?' or '#'");
  }
  if (!IsCleanToken(endpoint.key)) {
    return Fail(ErrorCode::kCredentials,
                where +
                    ": the key holds white space or a control character; was it pasted with a "
                    "line break?");
  }
  if (!IsCleanToken(endpoint.organization) || !IsCleanToken(endpoint.project)) {
    return Invalid(where + ": organization or project holds white space or a control character");
  }
  return std::unique_ptr<ChatModel>(new OpenAiChatModel(client, clock, std::move(endpoint)));
}

ChatModel::Handle OpenAiChatModel::Start(const ChatRequest& request, Done done) {
  HttpRequest http;
  http.url = url_;
  http.headers = headers_;
  http.body = OpenAiRequestBody(request, endpoint_.model);
  http.connect_timeout_ms = endpoint_.connect_timeout_ms;
  http.total_timeout_ms = endpoint_.total_timeout_ms;
  http.idle_timeout_ms = endpoint_.idle_timeout_ms;
  http.max_response_bytes = endpoint_.max_response_bytes;
  return client_.Start(std::move(http), [this, done = std::move(done)](HttpResponse response) {
    done(Judge(std::move(response)));
  });
}

void OpenAiChatModel::Cancel(Handle handle) { client_.Cancel(handle); }

std::string OpenAiChatModel::RequestBody(const ChatRequest& request) const {
  return BodyStream::Render(OpenAiRequestBody(request, endpoint_.model));
}

std::string OpenAiChatModel::Address() const { return endpoint_.base_url; }

std::string OpenAiChatModel::Scrub(std::string text) const {
  if (endpoint_.key.empty() || text.find(endpoint_.key) == std::string::npos) return text;
  return ReplaceAll(std::move(text), endpoint_.key, "[key]");
}

void OpenAiChatModel::Scrub(Json* value) const {
  if (value->is_string()) {
    *value = Json(Scrub(value->AsString()));
  } else if (value->is_array()) {
    for (Json& item : value->mutable_items()) Scrub(&item);
  } else if (value->is_object()) {
    for (auto& [name, member] : value->mutable_members()) {
      name = Scrub(std::move(name));
      Scrub(&member);
    }
  }
}

ChatInterruption OpenAiChatModel::JudgeStatus(int status, const HttpResponse& response) const {
  ChatInterruption result;
  result.http_status = response.status;
  const ProviderError error = ParseOpenAiError(response.body);
  std::string said = error.text.empty() ? "" : ": " + error.text;
  if (status == kTooManyRequests) {
    result.code = ErrorCode::kRateLimited;
    result.outcome = "rate_limited";
    // No wait helps an account without credit.
    result.retryable = error.code != "insufficient_quota";
    result.retry_after_ms = RetryAfterMs(response, clock_.NowMs());
  } else if (status == 401 || status == 403) {
    result.code = ErrorCode::kCredentials;
    result.outcome = "credentials";
    said += endpoint_.key.empty() ? " (no key was sent)" : "";
  } else if (status == 408 || status == 409 || status == 425 || status >= 500) {
    result.code = ErrorCode::kUnavailable;
    result.outcome = "server_error";
    result.retryable = true;
    result.retry_after_ms = RetryAfterMs(response, clock_.NowMs());
    // A gateway that gave up waiting does not know what the model did.
    result.maybe_billed = status == 504 || status == 524;
  } else {
    result.code = ErrorCode::kInvalidArgument;
    result.outcome = "client_error";
    if (status >= 300 && status < 400) {
      said = " (a redirect, not followed): set base_url to where it leads";
    }
  }
  result.message = Scrub(url_ + " answered " + std::to_string(status) + said);
  return result;
}

ChatOutcome OpenAiChatModel::Judge(HttpResponse response) const {
  ChatOutcome outcome;
  outcome.request_bytes = response.request_bytes;
  outcome.response_bytes = response.response_bytes;
  if (response.status == 0) {
    ChatInterruption none;
    none.message = Scrub(std::move(response.error));
    none.maybe_billed = response.request_sent;
    none.retryable = !response.cancelled;
    if (response.cancelled) {
      none.code = ErrorCode::kCancelled;
      none.outcome = "cancelled";
    } else if (response.timed_out) {
      none.code = ErrorCode::kTimeout;
      none.outcome = "timeout";
    } else {
      none.code = ErrorCode::kUnavailable;
      none.outcome = "network";
    }
    outcome.result = std::move(none);
    return outcome;
  }
  if (response.status < 200 || response.status > 299) {
    outcome.result = JudgeStatus(response.status, response);
    return outcome;
  }
  Result<ChatAnswer> answer = ParseOpenAiAnswer(response.body, response.request_bytes);
  if (answer.ok()) {
    const std::string_view request_id = Header(response, "x-request-id");
    if (!request_id.empty()) answer->provider_request_id = OneLine(ToValidUtf8(request_id), 200);
    answer->text = Scrub(std::move(answer->text));
    answer->finish_reason = Scrub(std::move(answer->finish_reason));
    answer->response_model = Scrub(std::move(answer->response_model));
    answer->provider_request_id = Scrub(std::move(answer->provider_request_id));
    Scrub(&answer->tool_calls);
    outcome.result = std::move(answer).value();
    return outcome;
  }
  // Gateways report trouble inside a 200: the number they give says what it was.
  const ProviderError inner = ParseOpenAiError(response.body);
  if (answer.error().code != ErrorCode::kBadResponse && inner.status >= 400 &&
      inner.status <= 599) {
    outcome.result = JudgeStatus(inner.status, response);
    return outcome;
  }
  ChatInterruption bad;
  bad.code = ErrorCode::kBadResponse;
  bad.outcome = "bad_response";
  bad.http_status = response.status;
  bad.retryable = true;
  bad.maybe_billed = true;
  bad.message = Scrub(url_ + ": " + answer.error().message);
  outcome.result = std::move(bad);
  return outcome;
}

}  // namespace hone
