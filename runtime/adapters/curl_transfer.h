// CurlTransfer: one libcurl easy handle and the exchange it carries at the moment. Handles are used
// again and again, and only what differs from the exchange before is set anew.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/body_stream.h"
#include "adapters/http_url.h"
#include "ports/http_client.h"

namespace hone {

class CurlTransfer {
 public:
  // The handle with everything set that is the same for all exchanges. `ca_file` and `unix_socket`
  // may be "".
  CurlTransfer(const std::string& user_agent, const std::string& ca_file,
               const std::string& unix_socket);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // The transfer of a handle that libcurl handed back.
  static CurlTransfer* Of(CURL* easy);

  // Takes over an exchange. REQUIRES: the request was judged to be allowed, `url` is its URL.
  void Begin(HttpClient::Handle exchange, HttpRequest http_request, const HttpUrl& url,
             HttpClient::Done when_done, EscapedLengths* lengths);
  // What came of it; the byte counts are filled in. REQUIRES: libcurl has not yet removed the
  // handle.
  HttpResponse Take(CURLcode code);
  HttpResponse TakeIdle();  // REQUIRES: IsIdle()
  HttpResponse TakeCancelled();
  // Lets go of body and callback, so that a spare transfer holds no text.
  HttpClient::Done TakeDone();

  [[nodiscard]] CURL* easy() const { return easy_; }
  [[nodiscard]] HttpClient::Handle handle() const { return handle_; }
  [[nodiscard]] int64_t idle_timeout_ms() const { return request_.idle_timeout_ms; }
  // True when no byte has moved for idle_timeout_ms, as seen by the calls of this so far; or when
  // on_body had enough and the rest does not come.
  bool IsIdle(uint64_t now_ms);

 private:
  void SetUrl(const HttpUrl& url);
  void SetHeaders();
  void SetBody(EscapedLengths* lengths);
  std::size_t OnHeader(std::string_view line);
  std::size_t OnBody(std::string_view bytes);
  // Whether this response's body goes to on_body.
  [[nodiscard]] bool IsWantedStream() const;
  [[nodiscard]] int64_t SentBytes() const;
  [[nodiscard]] int64_t ReceivedBytes() const;
  // The network trouble in words that are the same every time.
  [[nodiscard]] std::string Words(CURLcode code) const;
  HttpResponse Counted(HttpResponse response) const;

  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  CURL* easy_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::unique_ptr<curl_slist, FreeList> header_list_;
  std::vector<std::pair<std::string, std::string>> listed_headers_;  // those of header_list_
  std::string url_;                                                  // the one set on easy_

  HttpClient::Handle handle_ = 0;
  HttpRequest request_;
  std::string authority_;
  BodyStream body_;
  std::string small_body_;
  HttpResponse response_;
  HttpClient::Done done_;
  int64_t header_bytes_ = 0;
  bool streamed_ = false;   // the body is read from body_, not from small_body_
  int64_t body_bytes_ = 0;  // decoded, of this response
  bool enough_ = false;     // on_body wants no more
  uint64_t enough_at_ms_ = 0;
  bool response_too_large_ = false;
  bool headers_too_large_ = false;
  int attempts_ = 0;  // libcurl's; a second one is stopped
  int64_t moved_bytes_ = -1;
  uint64_t moved_at_ms_ = 0;
};

}  // namespace hone
