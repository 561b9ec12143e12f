#include "app/rate_limit_watch.h"

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxLimits = 32;

std::string HostOf(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return url;
  return url.substr(start + 3, url.find_first_of("/?#", start + 3) - start - 3);
}

bool IsLimit(const std::string& name) {
  return name.find("ratelimit") != std::string::npos || name.starts_with("retry-after");
}

}  // namespace

HttpClient::Handle RateLimitWatch::Start(HttpRequest request, Done done) {
  std::string host = HostOf(request.url);
  return client_.Start(std::move(request), [this, host = std::move(host),
                                            done = std::move(done)](HttpResponse response) {
    Limits limits;
    for (const auto& [name, value] : response.headers) {
      if (limits.size() < kMaxLimits && IsLimit(name)) {
        limits[OneLine(ToValidUtf8(name), 60)] = OneLine(ToValidUtf8(value), 60);
      }
    }
    if (!limits.empty()) seen_[host] = std::move(limits);
    done(std::move(response));
  });
}

}  // namespace hone
