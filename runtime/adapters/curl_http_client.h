// CurlHttpClient: the HttpClient of the real program, libcurl's multi interface driven by the loop.
//
// HTTP/1.1 over kept-alive connections, thousands in flight. It refuses (with `error`, nothing
// sent): http to other hosts than loopback unless allowed, user info in URLs, control characters in
// headers. It never follows a redirect, reads .netrc, asks for compression (a body that is
// compressed all the same is decoded, and its limit counts decoded bytes), keeps cookies, or sends
// a request a second time: where libcurl would silently repeat a request on a new connection
// because the kept one died, the exchange ends with an error instead, so that every try is one that
// is recorded. Proxies come from the usual variables, but never for loopback.
//
// Thread: the loop's thread. Destroy it before the loop; `done`s of unfinished exchanges are
// dropped.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/body_stream.h"
#include "adapters/curl_sockets.h"
#include "adapters/curl_transfer.h"
#include "adapters/http_url.h"
#include "adapters/uv_event_loop.h"
#include "ports/http_client.h"

namespace hone {

class CurlHttpClient final : public HttpClient {
 public:
  struct Options {
    bool allow_insecure_http = false;  // http to any host
    std::string ca_file;               // certificates to trust instead of the system's
    std::string user_agent = "hone/0.1";
    // Every exchange goes to this Unix socket, whatever host its URL names, over a connection of
    // its own.
    std::string unix_socket;
  };

  CurlHttpClient(UvEventLoop& loop, Options options);
  explicit CurlHttpClient(UvEventLoop& loop) : CurlHttpClient(loop, Options{}) {}
  ~CurlHttpClient() override;
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  Handle Start(HttpRequest request, Done done) override;
  void Cancel(Handle handle) override;

 private:
  // "" when the request may leave.
  std::string Refusal(const HttpRequest& request, const HttpUrl** url);
  void FinishReady();
  // Takes the transfer out of libcurl and keeps it as a spare one; the caller owes the `done`.
  Done Release(CurlTransfer* transfer);
  void DoneLater(Done done, HttpResponse response);
  void WatchIdle(int64_t idle_timeout_ms);
  void SweepIdle();

  UvEventLoop& loop_;
  const Options options_;
  CURLM* multi_ = nullptr;
  CurlSockets::Owner sockets_;
  std::shared_ptr<CurlHttpClient*> self_ = std::make_shared<CurlHttpClient*>(this);
  EscapedLengths lengths_;
  std::unordered_map<std::string, HttpUrl> urls_;  // those judged before; bounded
  std::unordered_map<Handle, std::unique_ptr<CurlTransfer>> active_;
  std::vector<std::unique_ptr<CurlTransfer>> spare_;
  Handle last_handle_ = 0;
  EventLoop::TimerId sweep_timer_ = 0;  // 0: nothing is in flight
  int64_t sweep_ms_ = 0;                // how often idle exchanges are looked for
};

}  // namespace hone
