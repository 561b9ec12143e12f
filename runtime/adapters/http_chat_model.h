// HttpChatModel: what every provider behind HTTP has in common: one try, and how it ended.
//
//   429                      rate_limited   retryable
//   401, 403                 credentials    not retryable
//   408, 409, 425, 5xx, 529  server_error   retryable
//   3xx, other 4xx           client_error   not retryable
//   2xx without an answer    bad_response   retryable, maybe billed
//   a prompt that the provider filtered is an answer (finish reason content_filter)
//   no complete response     network or timeout, retryable, maybe billed once a byte has left
// A provider's own words may move its fault to another status (ProviderFault::status): a stream
// that breaks off with "overloaded" after a 200 is a 529 that may have been billed. Secrets go into
// headers and nowhere else: they are cut out of every text that comes back, answers included. The
// query of a URL is never shown.
//
// Thread: the loop's thread. The client and the clock must outlive the model; what is in flight
// ends with the client.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

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

// One reply of one provider. A whole body goes to Whole; a stream goes to Feed in pieces cut
// anywhere, then Ended is called once.
class ReplyReader {
 public:
  using Reply = std::variant<ChatAnswer, ProviderFault>;

  virtual ~ReplyReader() = default;
  // False: the answer is complete, or broken beyond use; no more bytes are wanted.
  virtual bool Feed(std::string_view bytes) = 0;
  virtual Reply Ended() = 0;
  // True once what was fed is a complete answer, whatever becomes of the connection.
  [[nodiscard]] virtual bool IsComplete() const = 0;
  virtual Reply Whole(std::string_view body) = 0;
};

struct HttpEndpoint {
  std::string name{};                  // for messages
  std::string address{};               // what Address() shows: no secret, no user info
  std::vector<std::string> secrets{};  // cut out of everything that comes back; "" is ignored
  bool stream = false;                 // ask for a stream
  std::string stream_type = "text/event-stream";
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;
  int64_t max_response_bytes = 64 << 20;
};

class HttpChatModel : public ChatModel {
 public:
  Handle Start(const ChatRequest& request, Done done) final;
  void Cancel(Handle handle) final;
  std::string RequestBody(const ChatRequest& request) const final;
  std::string Address() const final;

 protected:
  HttpChatModel(HttpClient& client, const Clock& clock, HttpEndpoint endpoint);

  virtual std::vector<BodyPiece> Body(const ChatRequest& request) const = 0;
  // Puts URL and headers; the body is there and may be read (a signature covers it).
  virtual void Direct(HttpRequest* request) const = 0;
  virtual std::unique_ptr<ReplyReader> NewReader(const ChatRequest& request) const = 0;
  // The fault that a response of another status than 2xx tells.
  virtual ProviderFault ReadFault(const HttpResponse& response) const = 0;
  // The provider's id of a request: a header's name in lower case.
  virtual std::string_view RequestIdHeader() const = 0;

  [[nodiscard]] const HttpEndpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  ChatOutcome Judge(HttpResponse response, const std::string& where, ReplyReader* reader) const;
  ChatInterruption JudgeFault(const ProviderFault& fault, const HttpResponse& response,
                              const std::string& where) const;
  std::string Scrub(std::string text) const;
  void Scrub(Json* value) const;

  HttpClient& client_;
  const Clock& clock_;
  HttpEndpoint endpoint_;
};

std::string_view HeaderOf(const HttpResponse& response, std::string_view lower_case_name);

// A fault for a body that is no answer: `why`, and how the body begins.
ProviderFault Unusable(const std::string& why, std::string_view body);
// A provider's text on one line, safe and bounded; `code` is added unless the text says it.
std::string FaultText(std::string_view text, std::string_view code);

// Status for a base URL and a key of an endpoint named `where`: an http(s) URL without user info,
// query and fragment; a key without white space and control characters (kCredentials).
Status CheckEndpoint(const std::string& where, const std::string& base_url, const std::string& key);

// Milliseconds from a Retry-After value (seconds, or an HTTP date against `now_ms`), at least 0 and
// at most a day; -1 when it can't be read.
int64_t ParseRetryAfterMs(std::string_view value, int64_t now_ms);
// The same of a response, from retry-after-ms where it says that.
int64_t RetryAfterMs(const HttpResponse& response, int64_t now_ms);

// The bytes of a path segment as URLs write them: letters, digits and -._~ stay, others are %XX.
std::string PercentEncode(std::string_view text);

}  // namespace hone
