// TokenSource: where a bearer token that expires comes from. One fetch per call; keeping tokens is
// TokenCache's work.
//
// Thread: the loop's thread. `done` is called exactly once, never inside Fetch. A token is a
// secret: it enters no message, log or row.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace hone {

struct AccessToken {
  std::string value;
  int64_t expires_at_ms = 0;  // UTC, since 1970
};

class TokenSource {
 public:
  virtual ~TokenSource() = default;

  using Done = std::function<void(Result<AccessToken>)>;
  // kCredentials: asking again will not help; another code: it may.
  virtual void Fetch(Done done) = 0;
};

}  // namespace hone
