#include "adapters/curl_http_client.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>
#include <utility>

#include "adapters/signal_watch.h"
#include "base/result.h"

namespace hone {
namespace {

constexpr std::size_t kMaxJudgedUrls = 256;
constexpr std::size_t kMaxSpare = 4096;
constexpr long kMaxKeptConnections = 4096;

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

}  // namespace

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
  for (auto& [handle, transfer] : active_) curl_multi_remove_handle(multi_, transfer->easy());
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
  const bool is_metadata = request.is_metadata && known->second.host == kMetadataHost;
  if (known->second.scheme == "http" && !known->second.loopback && !is_metadata &&
      !options_.allow_insecure_http) {
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
  std::unique_ptr<CurlTransfer> transfer;
  if (spare_.empty()) {
    transfer =
        std::make_unique<CurlTransfer>(options_.user_agent, options_.ca_file, options_.unix_socket);
    sockets_->Attach(transfer->easy());
  } else {
    transfer = std::move(spare_.back());
    spare_.pop_back();
  }
  WatchIdle(request.idle_timeout_ms);
  transfer->Begin(handle, std::move(request), *url, std::move(done), &lengths_);
  HONE_CHECK(curl_multi_add_handle(multi_, transfer->easy()) == CURLM_OK);
  active_.emplace(handle, std::move(transfer));
  return handle;
}

void CurlHttpClient::Cancel(Handle handle) {
  const auto found = active_.find(handle);
  if (found == active_.end()) return;
  HttpResponse response = found->second->TakeCancelled();
  DoneLater(Release(found->second.get()), std::move(response));
}

void CurlHttpClient::FinishReady() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CurlTransfer* transfer = CurlTransfer::Of(message->easy_handle);
    HttpResponse response = transfer->Take(message->data.result);
    const Done done = Release(transfer);
    done(std::move(response));  // may start the next exchange on the same transfer
  }
}

HttpClient::Done CurlHttpClient::Release(CurlTransfer* transfer) {
  curl_multi_remove_handle(multi_, transfer->easy());
  Done done = transfer->TakeDone();
  const auto found = active_.find(transfer->handle());
  if (spare_.size() < kMaxSpare) spare_.push_back(std::move(found->second));
  active_.erase(found);
  return done;
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
  std::vector<CurlTransfer*> idle;
  int64_t shortest = 0;
  for (const auto& [handle, transfer] : active_) {
    const int64_t limit = transfer->idle_timeout_ms();
    if (transfer->IsIdle(now)) {
      idle.push_back(transfer.get());
    } else {
      shortest = shortest == 0 ? limit : std::min(shortest, limit);
    }
  }
  if (shortest != 0) WatchIdle(shortest);
  for (CurlTransfer* transfer : idle) {
    HttpResponse response = transfer->TakeIdle();
    DoneLater(Release(transfer), std::move(response));
  }
}

}  // namespace hone
