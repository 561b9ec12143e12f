#include "adapters/http_chat_model.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapters/body_stream.h"
#include "adapters/http_url.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kBytesPerToken = 4;
constexpr std::size_t kMaxFaultText = 300;
constexpr int64_t kLongestWaitMs = 24LL * 3600 * 1000;

int64_t TokensOf(int64_t bytes) { return (bytes + kBytesPerToken - 1) / kBytesPerToken; }

void Estimate(int64_t request_bytes, ChatAnswer* answer) {
  answer->usage = {};
  answer->usage.is_estimate = true;
  answer->usage.input = TokensOf(request_bytes);
  const std::size_t calls = answer->tool_calls.is_null() ? 0 : answer->tool_calls.Dump().size();
  answer->usage.output = TokensOf(static_cast<int64_t>(answer->text.size() + calls));
}

// Of all that the client may say on a 2xx, only this much is known.
bool IsOk(int status) { return status >= 200 && status <= 299; }

}  // namespace

std::string_view HeaderOf(const HttpResponse& response, std::string_view lower_case_name) {
  for (const auto& [key, value] : response.headers) {
    if (key == lower_case_name) return value;
  }
  return {};
}

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

int64_t RetryAfterMs(const HttpResponse& response, int64_t now_ms) {
  // The finer one of OpenAI and Azure first.
  if (const std::string_view exact = HeaderOf(response, "retry-after-ms"); !exact.empty()) {
    double value = 0;
    const auto read = std::from_chars(exact.data(), exact.data() + exact.size(), value);
    if (read.ec == std::errc() && std::isfinite(value)) {
      return static_cast<int64_t>(std::clamp(value, 0.0, static_cast<double>(kLongestWaitMs)));
    }
  }
  return ParseRetryAfterMs(HeaderOf(response, "retry-after"), now_ms);
}

ProviderFault Unusable(const std::string& why, std::string_view body) {
  ProviderFault fault;
  fault.text = why;
  if (!Trim(body).empty()) {
    fault.text += "; it begins: " + OneLine(ToValidUtf8(Utf8Prefix(body, 400)), 100);
  }
  return fault;
}

std::string FaultText(std::string_view text, std::string_view code) {
  std::string result(text);
  if (!code.empty() && text.find(code) == std::string_view::npos) {
    result += (result.empty() ? "" : " ") + ("(" + std::string(code) + ")");
  }
  return OneLine(ToValidUtf8(result), kMaxFaultText);
}

Status CheckEndpoint(const std::string& where, const std::string& base_url,
                     const std::string& key) {
  const Result<HttpUrl> url = ParseHttpUrl(base_url);
  if (!url.ok()) return url.error().With(where);
  if (base_url.find_first_of("?#") != std::string::npos) {
    return Invalid(where + ": base_url must end with a path, without '?' or '#'");
  }
  const bool clean = std::all_of(key.begin(), key.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  if (!clean) {
    return Fail(ErrorCode::kCredentials,
                where +
                    ": the key holds white space or a control character; was it pasted with a "
                    "line break?");
  }
  return Ok{};
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                       byte == '~';
    if (stays) {
      result += c;
    } else {
      result += '%';
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 0xFU];
    }
  }
  return result;
}

HttpChatModel::HttpChatModel(HttpClient& client, const Clock& clock, HttpEndpoint endpoint)
    : client_(client), clock_(clock), endpoint_(std::move(endpoint)) {
  std::erase(endpoint_.secrets, "");
}

ChatModel::Handle HttpChatModel::Start(const ChatRequest& request, Done done) {
  HttpRequest http;
  http.body = Body(request);
  Direct(&http);
  http.connect_timeout_ms = endpoint_.connect_timeout_ms;
  http.total_timeout_ms = endpoint_.total_timeout_ms;
  http.idle_timeout_ms = endpoint_.idle_timeout_ms;
  http.max_response_bytes = endpoint_.max_response_bytes;
  std::shared_ptr<ReplyReader> reader = NewReader(request);
  if (endpoint_.stream) {
    http.stream_type = endpoint_.stream_type;
    http.on_body = [reader](std::string_view bytes) { return reader->Feed(bytes); };
  }
  std::string where = http.url.substr(0, http.url.find('?'));
  return client_.Start(std::move(http), [this, reader, where = std::move(where),
                                         done = std::move(done)](HttpResponse response) {
    done(Judge(std::move(response), where, reader.get()));
  });
}

void HttpChatModel::Cancel(Handle handle) { client_.Cancel(handle); }

std::string HttpChatModel::RequestBody(const ChatRequest& request) const {
  return BodyStream::Render(Body(request));
}

std::string HttpChatModel::Address() const { return endpoint_.address; }

std::string HttpChatModel::Scrub(std::string text) const {
  for (const std::string& secret : endpoint_.secrets) {
    if (text.find(secret) != std::string::npos) {
      text = ReplaceAll(std::move(text), secret, "[key]");
    }
  }
  return text;
}

void HttpChatModel::Scrub(Json* value) const {
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

ChatInterruption HttpChatModel::JudgeFault(const ProviderFault& fault, const HttpResponse& response,
                                           const std::string& where) const {
  const int status = fault.status != 0 ? fault.status : response.status;
  ChatInterruption result;
  result.http_status = response.status;
  std::string said = fault.text.empty() ? "" : ": " + fault.text;
  const auto wait = [&] {
    result.retry_after_ms = fault.retry_after_ms;
    if (result.retry_after_ms < 0) {
      result.retry_after_ms = RetryAfterMs(response, clock_.NowMs());
    }
  };
  if (status == 429) {
    result.code = ErrorCode::kRateLimited;
    result.outcome = "rate_limited";
    result.retryable = !fault.is_final;
    wait();
  } else if (status == 401 || status == 403) {
    result.code = ErrorCode::kCredentials;
    result.outcome = "credentials";
    said += endpoint_.secrets.empty() ? " (no key was sent)" : "";
  } else if (status == 408 || status == 409 || status == 425 || status >= 500) {
    result.code = ErrorCode::kUnavailable;
    result.outcome = "server_error";
    result.retryable = true;
    wait();
    // A gateway that gave up waiting does not know what the model did.
    result.maybe_billed = status == 504 || status == 524;
  } else if (IsOk(status)) {
    result.code = ErrorCode::kBadResponse;
    result.outcome = "bad_response";
    result.retryable = true;
    result.maybe_billed = true;
  } else {
    result.code = ErrorCode::kInvalidArgument;
    result.outcome = "client_error";
    if (status >= 300 && status < 400) {
      said = " (a redirect, not followed): set base_url to where it leads";
    }
  }
  // A model had begun to answer.
  if (response.streamed) result.maybe_billed = true;
  const std::string answered =
      result.outcome == "bad_response" ? "" : " answered " + std::to_string(status);
  result.message = Scrub(where + answered + said);
  return result;
}

ChatOutcome HttpChatModel::Judge(HttpResponse response, const std::string& where,
                                 ReplyReader* reader) const {
  ChatOutcome outcome;
  outcome.request_bytes = response.request_bytes;
  outcome.response_bytes = response.response_bytes;
  const bool is_saved = response.streamed && !response.cancelled && reader->IsComplete();
  if (response.status == 0 && !is_saved) {
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
  ReplyReader::Reply reply;
  if (!IsOk(response.status) && !is_saved) {
    reply = ReadFault(response);
  } else if (response.streamed) {
    reply = reader->Ended();
  } else if (Trim(response.body).empty()) {
    reply = Unusable("the answer is empty", "");
  } else {
    if (!IsValidUtf8(response.body)) response.body = ToValidUtf8(response.body);
    reply = reader->Whole(response.body);
  }
  if (const auto* fault = std::get_if<ProviderFault>(&reply)) {
    if (!fault->is_filtered) {
      outcome.result = JudgeFault(*fault, response, where);
      return outcome;
    }
    ChatAnswer filtered;
    filtered.finish_reason = "content_filter";
    filtered.usage.is_estimate = true;
    reply = std::move(filtered);
  }
  auto& answer = std::get<ChatAnswer>(reply);
  if (answer.usage.is_estimate) Estimate(response.request_bytes, &answer);
  const std::string_view request_id = HeaderOf(response, RequestIdHeader());
  if (!request_id.empty()) answer.provider_request_id = OneLine(ToValidUtf8(request_id), 200);
  answer.text = Scrub(std::move(answer.text));
  answer.finish_reason = Scrub(std::move(answer.finish_reason));
  answer.response_model = Scrub(std::move(answer.response_model));
  answer.provider_request_id = Scrub(std::move(answer.provider_request_id));
  Scrub(&answer.tool_calls);
  outcome.result = std::move(answer);
  return outcome;
}

}  // namespace hone
