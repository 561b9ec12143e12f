#include "adapters/token_cache.h"

#include <utility>

namespace hone {
namespace {

// A token is not used in its last minutes: a request may wait, and clocks differ.
constexpr int64_t kMarginMs = 5LL * 60 * 1000;

}  // namespace

TokenCache::TokenCache(EventLoop& loop, const Clock& clock, std::unique_ptr<TokenSource> source)
    : loop_(loop), clock_(clock), source_(std::move(source)) {}

void TokenCache::Get(Done done) {
  if (current_ && clock_.NowMs() < current_->expires_at_ms - kMarginMs) {
    loop_.Post([done = std::move(done), value = current_->value] { done(Token{value, false}); });
    return;
  }
  current_.reset();
  waiting_.push_back(std::move(done));
  if (waiting_.size() > 1) return;
  source_->Fetch([this, alive = std::weak_ptr<bool>(alive_)](Result<AccessToken> token) {
    if (!alive.expired()) Fetched(std::move(token));
  });
}

void TokenCache::Fetched(Result<AccessToken> token) {
  if (token.ok()) current_ = *token;
  // A `done` may ask again.
  for (const Done& done : std::exchange(waiting_, {})) {
    if (token.ok()) {
      done(Token{token->value, true});
    } else {
      done(token.error());
    }
  }
}

void TokenCache::Forget(const std::string& token) {
  if (current_ && current_->value == token) current_.reset();
}

}  // namespace hone
