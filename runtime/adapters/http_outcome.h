// How a try over HTTP ended, in the terms of the ports:
//
//   429                      rate_limited   retryable
//   401, 403                 credentials    not retryable
//   408, 409, 425, 5xx, 529  server_error   retryable
//   3xx                      client_error   retryable, never followed
//   other 4xx                client_error   not retryable
//   2xx without an answer    bad_response   retryable, maybe billed
//   a prompt that the provider filtered is an answer (finish reason content_filter)
//   no complete response     network or timeout, retryable, maybe billed once a byte has left
// A provider's own words may move its fault to another status (ProviderFault::status): a stream
// that breaks off with "overloaded" after a 200 is a 529 that may have been billed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ports/chat_model.h"
#include "ports/clock.h"
#include "ports/http_client.h"

namespace hone {

// Why a body holds no answer, in the provider's words where it gave some.
struct ProviderFault {
  std::string text;             // one line, safe for a terminal, bounded
  std::string code;             // "overloaded_error", "ThrottlingException", ... or ""
  int status = 0;               // the HTTP status that it means; 0: that of the response
  int64_t retry_after_ms = -1;  // in the body; -1: not said there
  bool is_final = false;        // no wait helps (an account without credit): not retryable
  // The prompt itself was filtered: a complete response, kept as an answer without text whose
  // finish reason is "content_filter".
  bool is_filtered = false;
};

// Tells outcomes and keeps secrets out of them. The clock must outlive it.
class HttpOutcomes {
 public:
  // `secrets` are cut out of every text; "" is ignored.
  HttpOutcomes(const Clock& clock, std::vector<std::string> secrets);

  // REQUIRES: response.status == 0.
  ChatInterruption NoResponse(const HttpResponse& response) const;
  // `where` is the address, without its query.
  ChatInterruption Fault(const ProviderFault& fault, const HttpResponse& response,
                         const std::string& where) const;
  std::string Scrub(std::string text) const;
  void Scrub(Json* value) const;

 private:
  const Clock& clock_;
  std::vector<std::string> secrets_;
};

bool IsOkStatus(int status);  // 2xx

std::string_view HeaderOf(const HttpResponse& response, std::string_view lower_case_name);

// A fault for a body that is no answer: `why`, and how the body begins.
ProviderFault Unusable(const std::string& why, std::string_view body);
// A provider's text on one line, safe and bounded; `code` is added unless the text says it.
std::string FaultText(std::string_view text, std::string_view code);

// Milliseconds from a Retry-After value (seconds, or an HTTP date against `now_ms`), at least 0 and
// at most a day; -1 when it can't be read.
int64_t ParseRetryAfterMs(std::string_view value, int64_t now_ms);
// The same of a response, from retry-after-ms where it says that.
int64_t RetryAfterMs(const HttpResponse& response, int64_t now_ms);

}  // namespace hone
