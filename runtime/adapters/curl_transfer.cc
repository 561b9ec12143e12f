#include "adapters/curl_transfer.h"

#include <algorithm>
#include <cstring>

#include "base/result.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kOneWriteBytes = 32U << 10U;  // bodies up to this leave with their headers
constexpr int64_t kMaxHeaderBytes = 256 << 10;
constexpr uint64_t kGraceMs = 1000;  // for the end of a body of which enough was read
// libcurl's buffers count once per exchange in flight.
constexpr long kUploadBufferBytes = 16L << 10U;
constexpr long kDownloadBufferBytes = 8L << 10U;

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

CurlTransfer::CurlTransfer(const std::string& user_agent, const std::string& ca_file,
                           const std::string& unix_socket)
    : easy_(curl_easy_init()) {
  HONE_CHECK(easy_ != nullptr);
  using Callback = std::size_t (*)(char*, std::size_t, std::size_t, void*);
  const Callback on_header = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlTransfer*>(self)->OnHeader({data, size * count});
  };
  const Callback on_body = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlTransfer*>(self)->OnBody({data, size * count});
  };
  const Callback on_read = [](char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlTransfer*>(self)->body_.Read(data, size * count);
  };
  const curl_prereq_callback on_request = [](void* self, char*, char*, int, int) {
    return ++static_cast<CurlTransfer*>(self)->attempts_ == 1 ? CURL_PREREQFUNC_OK
                                                              : CURL_PREREQFUNC_ABORT;
  };
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, on_request);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kDownloadBufferBytes);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, user_agent.c_str());
  // Never asked for (SetHeaders takes the header out), but decoded where a server compresses all
  // the same, so that a paid answer is read and its limit counts what has to be held.
  curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
  if (!ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file.c_str());
  if (!unix_socket.empty()) {
    curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, unix_socket.c_str());
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);  // a new one costs next to nothing
  }
}

CurlTransfer::~CurlTransfer() { curl_easy_cleanup(easy_); }

CurlTransfer* CurlTransfer::Of(CURL* easy) {
  char* owner = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
  return reinterpret_cast<CurlTransfer*>(owner);
}

void CurlTransfer::Begin(HttpClient::Handle exchange, HttpRequest http_request, const HttpUrl& url,
                         HttpClient::Done when_done, EscapedLengths* lengths) {
  handle_ = exchange;
  request_ = std::move(http_request);
  authority_ = url.authority;
  response_ = HttpResponse();
  done_ = std::move(when_done);
  error_[0] = '\0';
  header_bytes_ = 0;
  streamed_ = false;
  body_bytes_ = 0;
  enough_ = false;
  enough_at_ms_ = 0;
  response_too_large_ = false;
  headers_too_large_ = false;
  attempts_ = 0;
  moved_bytes_ = -1;
  SetUrl(url);
  SetHeaders();
  SetBody(lengths);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, request_.connect_timeout_ms)));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, request_.total_timeout_ms)));
  curl_easy_setopt(easy_, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(request_.max_response_bytes));
}

void CurlTransfer::SetUrl(const HttpUrl& url) {
  if (url_ == request_.url) return;
  url_ = request_.url;
  curl_easy_setopt(easy_, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY,
                   url.loopback || url.host == kMetadataHost ? "*" : nullptr);
}

void CurlTransfer::SetHeaders() {
  if (header_list_ != nullptr && listed_headers_ == request_.headers) return;
  // No "Expect: 100-continue": it costs a round trip, or a second when it isn't understood.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  list = curl_slist_append(list, "Accept-Encoding:");  // compression costs more than it saves
  for (const auto& [name, value] : request_.headers) {
    list = curl_slist_append(list, (name + (value.empty() ? ";" : ": " + value)).c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, list);
  header_list_.reset(list);
  listed_headers_ = request_.headers;
}

void CurlTransfer::SetBody(EscapedLengths* lengths) {
  const bool post = request_.method == "POST";
  const char* other_method = nullptr;
  if (request_.body.empty() && !post) {
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
    if (request_.method == "HEAD") {
      curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    } else if (request_.method != "GET") {
      other_method = request_.method.c_str();
    }
  } else {
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    if (!post) other_method = request_.method.c_str();
    body_ = BodyStream(std::move(request_.body));
    const std::size_t length = body_.Length(lengths);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(length));
    streamed_ = length > kOneWriteBytes;
    if (!streamed_) {
      small_body_.resize(length);
      if (length > 0) body_.Read(small_body_.data(), length);
      body_ = BodyStream();
    }
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, streamed_ ? nullptr : small_body_.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, other_method);
}

HttpResponse CurlTransfer::Counted(HttpResponse response) const {
  response.request_bytes = SentBytes();
  response.response_bytes = ReceivedBytes();
  response.request_sent = response.request_bytes > 0;
  return response;
}

HttpResponse CurlTransfer::Take(CURLcode code) {
  HttpResponse response = std::move(response_);
  if (code == CURLE_OK || enough_) {
    response.status = static_cast<int>(LongInfo(easy_, CURLINFO_RESPONSE_CODE));
  } else {
    response.error = Words(code);
    response.timed_out = code == CURLE_OPERATION_TIMEDOUT;
    response.body.clear();
  }
  return Counted(std::move(response));
}

HttpResponse CurlTransfer::TakeIdle() {
  if (enough_) return Take(CURLE_OK);
  HttpResponse response;
  response.streamed = response_.streamed;
  response.timed_out = true;
  response.error = "no byte from or to " + authority_ + " for " + Seconds(request_.idle_timeout_ms);
  return Counted(std::move(response));
}

HttpResponse CurlTransfer::TakeCancelled() {
  HttpResponse response;
  response.cancelled = true;
  response.error = "cancelled";
  return Counted(std::move(response));
}

HttpClient::Done CurlTransfer::TakeDone() {
  request_.body.clear();
  request_.on_body = nullptr;
  body_ = BodyStream();
  return std::exchange(done_, nullptr);
}

bool CurlTransfer::IsIdle(uint64_t now_ms) {
  if (enough_) {
    if (enough_at_ms_ == 0) enough_at_ms_ = now_ms;
    if (now_ms - enough_at_ms_ >= kGraceMs) return true;
  }
  const int64_t moved = SentBytes() + ReceivedBytes();
  if (moved != moved_bytes_) {
    moved_bytes_ = moved;
    moved_at_ms_ = now_ms;
  }
  return static_cast<int64_t>(now_ms - moved_at_ms_) >= request_.idle_timeout_ms;
}

int64_t CurlTransfer::SentBytes() const {
  // A body that leaves with its headers is in the first figure already.
  return LongInfo(easy_, CURLINFO_REQUEST_SIZE) +
         (streamed_ ? Info(easy_, CURLINFO_SIZE_UPLOAD_T) : 0);
}

int64_t CurlTransfer::ReceivedBytes() const {
  return LongInfo(easy_, CURLINFO_HEADER_SIZE) + Info(easy_, CURLINFO_SIZE_DOWNLOAD_T);
}

std::size_t CurlTransfer::OnHeader(std::string_view line) {
  header_bytes_ += static_cast<int64_t>(line.size());
  if (header_bytes_ > kMaxHeaderBytes) {
    headers_too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // also after a 100 Continue
    response_.headers.clear();
    body_bytes_ = 0;
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    response_.headers.emplace_back(ToLowerAscii(Trim(line.substr(0, colon))),
                                   std::string(Trim(line.substr(colon + 1))));
  }
  return line.size();
}

bool CurlTransfer::IsWantedStream() const {
  if (request_.on_body == nullptr) return false;
  const int64_t status = LongInfo(easy_, CURLINFO_RESPONSE_CODE);
  if (status < 200 || status > 299) return false;
  if (request_.stream_type.empty()) return true;
  for (const auto& [name, value] : response_.headers) {
    if (name != "content-type") continue;
    const std::string_view type = Trim(std::string_view(value).substr(0, value.find(';')));
    return ToLowerAscii(type) == request_.stream_type;
  }
  return false;
}

std::size_t CurlTransfer::OnBody(std::string_view bytes) {
  if (body_bytes_ == 0) response_.streamed = IsWantedStream();
  body_bytes_ += static_cast<int64_t>(bytes.size());
  if (body_bytes_ > request_.max_response_bytes) {
    response_too_large_ = true;
    return 0;
  }
  if (!response_.streamed) {
    response_.body += bytes;
  } else if (!enough_) {
    enough_ = !request_.on_body(bytes);
  }
  return bytes.size();
}

std::string CurlTransfer::Words(CURLcode code) const {
  if (response_too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
    return "the answer of " + authority_ + " is larger than " +
           std::to_string(request_.max_response_bytes) + " bytes";
  }
  if (headers_too_large_) return "the headers of " + authority_ + " are too large";
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      if (Info(easy_, CURLINFO_PRETRANSFER_TIME_T) == 0) {
        return "no connection to " + authority_ + " within " +
               Seconds(std::min(request_.connect_timeout_ms, request_.total_timeout_ms));
      }
      return "no complete answer of " + authority_ + " within " +
             Seconds(request_.total_timeout_ms);
    case CURLE_COULDNT_RESOLVE_HOST:
      return "cannot find the host " + authority_;
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "cannot find the proxy's host";
    case CURLE_COULDNT_CONNECT: {
      const auto reason = static_cast<int>(LongInfo(easy_, CURLINFO_OS_ERRNO));
      return "cannot connect to " + authority_ +
             (reason == 0 ? "" : std::string(": ") + std::strerror(reason));
    }
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_ABORTED_BY_CALLBACK:
      return "the connection to " + authority_ + " was closed before the whole answer came";
    default:
      break;
  }
  const std::string detail = error_[0] == '\0' ? curl_easy_strerror(code) : error_.data();
  return "the exchange with " + authority_ + " failed: " + OneLine(detail, 200);
}

}  // namespace hone
