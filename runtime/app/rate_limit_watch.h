// RateLimitWatch: an HttpClient that notes what endpoints say about their rate limits, in front of
// another one. In memory only, for `hone doctor`.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "ports/http_client.h"

namespace hone {

class RateLimitWatch final : public HttpClient {
 public:
  // The client must outlive it. Loop's thread.
  explicit RateLimitWatch(HttpClient& client) : client_(client) {}

  Handle Start(HttpRequest request, Done done) override;
  void Cancel(Handle handle) override { client_.Cancel(handle); }

  // The headers x-ratelimit-*, anthropic-ratelimit-* and retry-after of the last response, by the
  // host that gave it; values on one line, safe for a terminal.
  using Limits = std::map<std::string, std::string>;
  [[nodiscard]] const std::map<std::string, Limits>& seen() const { return seen_; }

 private:
  HttpClient& client_;
  std::map<std::string, Limits> seen_;
};

}  // namespace hone
