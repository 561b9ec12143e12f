#include "adapters/curl_http_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <utility>

#include "adapters/signal_watch.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kOneWriteBytes = 32U << 10U;  // bodies up to this leave with their headers
constexpr int64_t kMaxHeaderBytes = 256 << 10;
constexpr std::size_t kMaxJudgedUrls = 256;
constexpr std::size_t kMaxSpare = 4096;
constexpr long kMaxKeptConnections = 4096;
// libcurl's buffers count once per exchange in flight.
constexpr long kUploadBufferBytes = 16L << 10U;
constexpr long kDownloadBufferBytes = 8L << 10U;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

bool IsToken(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
  });
}

std::string Seconds(int64_t ms) {
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
  return std::to_string(ms) + " ms";
}

int64_t Info(CURL* easy, CURLINFO what) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

int64_t LongInfo(CURL* easy, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

}  // namespace

struct CurlHttpClient::Transfer {
  CURL* easy = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};
  std::unique_ptr<curl_slist, FreeList> header_list;
  std::vector<std::pair<std::string, std::string>> listed_headers;  // those of header_list
  std::string url;                                                  // the one set on `easy`

  Handle handle = 0;
  HttpRequest request;
  std::string authority;
  BodyStream body;
  std::string small_body;
  HttpResponse response;
  Done done;
  int64_t header_bytes = 0;
  bool response_too_large = false;
  bool headers_too_large = false;
  bool idle = false;
  bool streamed = false;  // the body is read from `body`, not from `small_body`
  int requests_sent = 0;  // libcurl's attempts; a second one is stopped
  int64_t moved_bytes = -1;
  uint64_t moved_at_ms = 0;

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { curl_easy_cleanup(easy); }

  int64_t SentBytes() const {
    // A body that leaves with its headers is in the first figure already.
    return LongInfo(easy, CURLINFO_REQUEST_SIZE) +
           (streamed ? Info(easy, CURLINFO_SIZE_UPLOAD_T) : 0);
  }
  int64_t ReceivedBytes() const {
    return LongInfo(easy, CURLINFO_HEADER_SIZE) + Info(easy, CURLINFO_SIZE_DOWNLOAD_T);
  }

  std::size_t OnHeader(std::string_view line) {
    header_bytes += static_cast<int64_t>(line.size());
    if (header_bytes > kMaxHeaderBytes) {
      headers_too_large = true;
      return 0;
    }
    if (line.starts_with("HTTP/")) {  // also after a 100 Continue
      response.headers.clear();
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      response.headers.emplace_back(ToLowerAscii(Trim(line.substr(0, colon))),
                                    std::string(Trim(line.substr(colon + 1))));
    }
    return line.size();
  }

  std::size_t OnBody(std::string_view bytes) {
    if (static_cast<int64_t>(response.body.size() + bytes.size()) > request.max_response_bytes) {
      response_too_large = true;
      return 0;
    }
    response.body += bytes;
    return bytes.size();
  }

  // The network trouble in words that are the same every time.
  std::string Words(CURLcode code) const;
};

std::string CurlHttpClient::Transfer::Words(CURLcode code) const {
  if (response_too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return "the answer of " + authority + " is larger than " +
           std::to_string(request.max_response_bytes) + " bytes";
  }
  if (headers_too_large) return "the headers of " + authority + " are too large";
  if (idle) {
    return "no byte from or to " + authority + " for " + Seconds(request.idle_timeout_ms);
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      if (Info(easy, CURLINFO_PRETRANSFER_TIME_T) == 0) {
        return "no connection to " + authority + " within " +
               Seconds(std::min(request.connect_timeout_ms, request.total_timeout_ms));
      }
      return "no complete answer of " + authority + " within " + Seconds(request.total_timeout_ms);
    case CURLE_COULDNT_RESOLVE_HOST:
      return "cannot find the host " + authority;
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "cannot find the proxy's host";
    case CURLE_COULDNT_CONNECT: {
      const auto reason = static_cast<int>(LongInfo(easy, CURLINFO_OS_ERRNO));
      return "cannot connect to " + authority +
             (reason == 0 ? "" : std::string(": ") + std::strerror(reason));
    }
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_ABORTED_BY_CALLBACK:
      return "the connection to " + authority + " was closed before the whole answer came";
    default:
      break;
  }
  const std::string detail = error[0] == '\0' ? curl_easy_strerror(code) : error.data();
  return "the exchange with " + authority + " failed: " + OneLine(detail, 200);
}

CurlHttpClient::CurlHttpClient(UvEventLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {
  HONE_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
  IgnoreBrokenPipes();  // OpenSSL writes without MSG_NOSIGNAL
  multi_ = curl_multi_init();
  HONE_CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMaxKeptConnections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  sockets_ = CurlSockets::Make(loop.uv(), multi_, [this] { FinishReady(); });
}

CurlHttpClient::~CurlHttpClient() {
  if (sweep_timer_ != 0) loop_.CancelTimer(sweep_timer_);
  for (auto& [handle, transfer] : active_) curl_multi_remove_handle(multi_, transfer->easy);
  active_.clear();
  spare_.clear();
  curl_multi_cleanup(multi_);
  sockets_.reset();
  curl_global_cleanup();
}

std::string CurlHttpClient::Refusal(const HttpRequest& request, const HttpUrl** url) {
  auto known = urls_.find(request.url);
  if (known == urls_.end()) {
    Result<HttpUrl> parsed = ParseHttpUrl(request.url);
    if (!parsed.ok()) return parsed.error().message;
    if (urls_.size() >= kMaxJudgedUrls) urls_.clear();
    known = urls_.emplace(request.url, std::move(parsed).value()).first;
  }
  *url = &known->second;
  if (known->second.scheme == "http" && !known->second.loopback && !options_.allow_insecure_http) {
    return "http to " + known->second.authority +
           " is refused: use https (plain http is for this machine only)";
  }
  if (!IsToken(request.method)) return "a request's method holds an odd character";
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return "a request header's name holds an odd character";
    if (HasControlCharacter(value)) {
      return "the value of the request header '" + name + "' holds a control character";
    }
  }
  return "";
}

std::unique_ptr<CurlHttpClient::Transfer> CurlHttpClient::NewTransfer() {
  auto transfer = std::make_unique<Transfer>();
  CURL* easy = transfer->easy = curl_easy_init();
  HONE_CHECK(easy != nullptr);
  using Callback = std::size_t (*)(char*, std::size_t, std::size_t, void*);
  const Callback on_header = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->OnHeader({data, size * count});
  };
  const Callback on_body = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->OnBody({data, size * count});
  };
  const Callback on_read = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->body.Read(data, size * count);
  };
  const curl_prereq_callback on_request = [](void* self, char*, char*, int, int) {
    return ++static_cast<Transfer*>(self)->requests_sent == 1 ? CURL_PREREQFUNC_OK
                                                              : CURL_PREREQFUNC_ABORT;
  };
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer.get());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kDownloadBufferBytes);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  sockets_->Attach(easy);
  return transfer;
}

void CurlHttpClient::Prepare(Transfer* transfer, const HttpUrl& url) {
  CURL* easy = transfer->easy;
  HttpRequest& request = transfer->request;
  transfer->authority = url.authority;
  if (transfer->url != request.url) {
    transfer->url = request.url;
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, url.loopback ? "*" : nullptr);
  }
  if (transfer->header_list == nullptr || transfer->listed_headers != request.headers) {
    // No "Expect: 100-continue": it costs a round trip, or a second when it isn't understood.
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request.headers) {
      list = curl_slist_append(list, (name + (value.empty() ? ";" : ": " + value)).c_str());
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    transfer->header_list.reset(list);
    transfer->listed_headers = request.headers;
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
  if (request.body.empty() && request.method != "POST") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    if (request.method != "GET") {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
  } else {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (request.method != "POST") {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    transfer->body = BodyStream(std::move(request.body));
    const std::size_t length = transfer->body.Length(&lengths_);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(length));
    transfer->streamed = length > kOneWriteBytes;
    if (!transfer->streamed) {
      transfer->small_body.resize(length);
      if (length > 0) transfer->body.Read(transfer->small_body.data(), length);
      transfer->body = BodyStream();
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->small_body.c_str());
    } else {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, nullptr);
    }
  }
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, request.connect_timeout_ms)));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, request.total_timeout_ms)));
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(request.max_response_bytes));
}

HttpClient::Handle CurlHttpClient::Start(HttpRequest request, Done done) {
  const Handle handle = ++last_handle_;
  const HttpUrl* url = nullptr;
  std::string refusal = Refusal(request, &url);
  if (!refusal.empty()) {
    HttpResponse response;
    response.error = std::move(refusal);
    DoneLater(std::move(done), std::move(response));
    return handle;
  }
  std::unique_ptr<Transfer> transfer;
  if (spare_.empty()) {
    transfer = NewTransfer();
  } else {
    transfer = std::move(spare_.back());
    spare_.pop_back();
  }
  transfer->handle = handle;
  transfer->request = std::move(request);
  transfer->done = std::move(done);
  transfer->response = HttpResponse();
  transfer->error[0] = '\0';
  transfer->header_bytes = 0;
  transfer->response_too_large = false;
  transfer->headers_too_large = false;
  transfer->idle = false;
  transfer->streamed = false;
  transfer->requests_sent = 0;
  transfer->moved_bytes = -1;
  transfer->moved_at_ms = uv_now(loop_.uv());
  Prepare(transfer.get(), *url);
  WatchIdle(transfer->request.idle_timeout_ms);
  HONE_CHECK(curl_multi_add_handle(multi_, transfer->easy) == CURLM_OK);
  active_.emplace(handle, std::move(transfer));
  return handle;
}

void CurlHttpClient::Cancel(Handle handle) {
  const auto found = active_.find(handle);
  if (found == active_.end()) return;
  HttpResponse response;
  response.cancelled = true;
  response.error = "cancelled";
  End(found->second.get(), std::move(response), /*later=*/true);
}

void CurlHttpClient::FinishReady() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the removal below
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    auto* transfer = reinterpret_cast<Transfer*>(owner);
    HttpResponse response = std::move(transfer->response);
    if (code == CURLE_OK) {
      response.status = static_cast<int>(LongInfo(transfer->easy, CURLINFO_RESPONSE_CODE));
    } else {
      response.error = transfer->Words(code);
      response.timed_out = code == CURLE_OPERATION_TIMEDOUT;
      response.body.clear();
    }
    End(transfer, std::move(response), /*later=*/false);
  }
}

void CurlHttpClient::End(Transfer* transfer, HttpResponse response, bool later) {
  response.request_bytes = transfer->SentBytes();
  response.response_bytes = transfer->ReceivedBytes();
  response.request_sent = response.request_bytes > 0;
  curl_multi_remove_handle(multi_, transfer->easy);
  Done done = std::move(transfer->done);
  transfer->done = nullptr;
  transfer->request.body.clear();
  transfer->body = BodyStream();
  const auto found = active_.find(transfer->handle);
  if (spare_.size() < kMaxSpare) spare_.push_back(std::move(found->second));
  active_.erase(found);
  // Last, because `done` may start the next exchange on the same transfer.
  if (later) {
    DoneLater(std::move(done), std::move(response));
  } else {
    done(std::move(response));
  }
}

void CurlHttpClient::DoneLater(Done done, HttpResponse response) {
  auto shared = std::make_shared<HttpResponse>(std::move(response));
  loop_.Post([alive = std::weak_ptr<CurlHttpClient*>(self_), done = std::move(done), shared] {
    if (!alive.expired()) done(std::move(*shared));
  });
}

void CurlHttpClient::WatchIdle(int64_t idle_timeout_ms) {
  const int64_t wanted = std::clamp<int64_t>(idle_timeout_ms / 4, 10, 1000);
  if (sweep_timer_ != 0 && sweep_ms_ <= wanted) return;
  if (sweep_timer_ != 0) loop_.CancelTimer(sweep_timer_);
  sweep_ms_ = wanted;
  sweep_timer_ = loop_.After(sweep_ms_, [this] { SweepIdle(); });
}

// libcurl's own low-speed limit counts in whole seconds and averages; this counts bytes.
void CurlHttpClient::SweepIdle() {
  sweep_timer_ = 0;
  const uint64_t now = uv_now(loop_.uv());
  std::vector<Transfer*> idle;
  int64_t shortest = 0;
  for (const auto& [handle, transfer] : active_) {
    const int64_t moved = transfer->SentBytes() + transfer->ReceivedBytes();
    const int64_t limit = transfer->request.idle_timeout_ms;
    if (moved != transfer->moved_bytes) {
      transfer->moved_bytes = moved;
      transfer->moved_at_ms = now;
    } else if (static_cast<int64_t>(now - transfer->moved_at_ms) >= limit) {
      idle.push_back(transfer.get());
      continue;
    }
    shortest = shortest == 0 ? limit : std::min(shortest, limit);
  }
  if (shortest != 0) WatchIdle(shortest);
  for (Transfer* transfer : idle) {
    transfer->idle = true;
    HttpResponse response;
    response.timed_out = true;
    response.error = transfer->Words(CURLE_OPERATION_TIMEDOUT);
    End(transfer, std::move(response), /*later=*/true);
  }
}

}  // namespace hone
