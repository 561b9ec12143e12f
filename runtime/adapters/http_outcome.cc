#include "adapters/http_outcome.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxFaultText = 300;
constexpr int64_t kLongestWaitMs = 24LL * 3600 * 1000;

}  // namespace

bool IsOkStatus(int status) { return status >= 200 && status <= 299; }

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

HttpOutcomes::HttpOutcomes(const Clock& clock, std::vector<std::string> secrets)
    : clock_(clock), secrets_(std::move(secrets)) {
  std::erase(secrets_, "");
}

ChatInterruption HttpOutcomes::NoResponse(const HttpResponse& response) const {
  ChatInterruption none;
  none.message = Scrub(response.error);
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
  return none;
}

std::string HttpOutcomes::Scrub(std::string text) const {
  for (const std::string& secret : secrets_) {
    if (text.find(secret) != std::string::npos) {
      text = ReplaceAll(std::move(text), secret, "[key]");
    }
  }
  return text;
}

void HttpOutcomes::Scrub(Json* value) const {
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

ChatInterruption HttpOutcomes::Fault(const ProviderFault& fault, const HttpResponse& response,
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
    said += secrets_.empty() ? " (no key was sent)" : "";
  } else if (status == 408 || status == 409 || status == 425 || status >= 500) {
    result.code = ErrorCode::kUnavailable;
    result.outcome = "server_error";
    result.retryable = true;
    wait();
    // A gateway that gave up waiting does not know what the model did.
    result.maybe_billed = status == 504 || status == 524;
  } else if (IsOkStatus(status)) {
    result.code = ErrorCode::kBadResponse;
    result.outcome = "bad_response";
    result.retryable = true;
    result.maybe_billed = true;
  } else {
    result.code = ErrorCode::kInvalidArgument;
    result.outcome = "client_error";
    if (status >= 300 && status < 400) {
      // A gateway's, perhaps, that is gone at the next try.
      result.code = ErrorCode::kUnavailable;
      result.retryable = true;
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

}  // namespace hone
