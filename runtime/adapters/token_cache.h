// TokenCache: the current token of a source, fetched once for all who wait, and again shortly
// before it expires. Loop's thread; the loop and the clock must outlive it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/clock.h"
#include "ports/event_loop.h"
#include "ports/token_source.h"

namespace hone {

class TokenCache {
 public:
  TokenCache(EventLoop& loop, const Clock& clock, std::unique_ptr<TokenSource> source);

  struct Token {
    std::string value;
    bool is_new = false;  // fetched for this very question
  };
  using Done = std::function<void(Result<Token>)>;
  // `done` is called once, never inside Get. An error is not kept: the next Get asks again.
  void Get(Done done);
  // Somebody refused this token: the next Get fetches another.
  void Forget(const std::string& token);

 private:
  void Fetched(Result<AccessToken> token);

  EventLoop& loop_;
  const Clock& clock_;
  std::unique_ptr<TokenSource> source_;
  std::optional<AccessToken> current_;
  std::vector<Done> waiting_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
