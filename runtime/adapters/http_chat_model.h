// HttpChatModel: what every provider behind HTTP has in common: one try. How it ended is told in
// http_outcome.h.
//
// Secrets go into headers and nowhere else: they are cut out of every text that comes back, answers
// included. The query of a URL is never shown.
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

#include "adapters/http_outcome.h"
#include "ports/chat_model.h"
#include "ports/clock.h"
#include "ports/http_client.h"

namespace hone {

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

  HttpClient& client_;
  const Clock& clock_;
  HttpEndpoint endpoint_;
  HttpOutcomes outcomes_;
};

// Status for a base URL and a key of an endpoint named `where`: an http(s) URL without user info,
// query and fragment; a key without white space and control characters (kCredentials).
Status CheckEndpoint(const std::string& where, const std::string& base_url, const std::string& key);

// The bytes of a path segment as URLs write them: letters, digits and -._~ stay, others are %XX.
std::string PercentEncode(std::string_view text);

}  // namespace hone
