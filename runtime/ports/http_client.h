// HttpClient: one HTTP exchange. No retries, no redirects; http only for loopback unless allowed.
//
// Thread: loop's thread. `done` is called exactly once, never inside Start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

// A piece of a request body. Bodies are streamed from pieces, so a text shared by a thousand
// requests in flight is held once.
struct BodyPiece {
  std::shared_ptr<const std::string> bytes;
  bool json_escape = false;  // write the bytes as the inside of a JSON string literal
};

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<BodyPiece> body;
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 600'000;
  int64_t idle_timeout_ms = 300'000;      // no byte in either direction
  int64_t max_response_bytes = 64 << 20;  // of the body, after decoding
  // A question to the metadata service of this machine's cloud (169.254.169.254): it speaks plain
  // http, which is refused otherwise.
  bool is_metadata = false;
  // With it, the body of a 2xx response whose media type is `stream_type` ("" for any) is handed
  // over in pieces as it arrives instead of being gathered in HttpResponse::body; other responses
  // come as usual. It must not call the client. False means "enough": the rest is dropped, and the
  // exchange ends as a complete one, at the body's end or a second or two later. All limits
  // hold as without it.
  std::function<bool(std::string_view bytes)> on_body;
  std::string stream_type = "text/event-stream";
};

struct HttpResponse {
  int status = 0;  // 0: no complete response; `error` says why
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string error;      // network trouble in words, "" when a complete response came
  bool streamed = false;  // the body, or a part of it, went to on_body
  bool timed_out = false;
  bool cancelled = false;
  bool request_sent = false;  // at least one byte of the request left
  int64_t request_bytes = 0;
  int64_t response_bytes = 0;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  using Handle = uint64_t;
  using Done = std::function<void(HttpResponse)>;

  virtual Handle Start(HttpRequest request, Done done) = 0;
  virtual void Cancel(Handle handle) = 0;  // `done` follows with cancelled = true
};

}  // namespace hone
