#include "engine/admission.h"

#include <algorithm>
#include <cmath>

namespace hone {
namespace {

constexpr double kMinuteMs = 60'000;
constexpr double kRequestBurst = 0.1, kTokenBurst = 0.25;

int64_t Doubled(int64_t base_ms, int times, int64_t most_ms) {
  return std::min(most_ms, base_ms << std::clamp(times, 0, 20));
}

}  // namespace

RateBucket::RateBucket(int64_t per_minute, double burst) {
  const auto limit = static_cast<double>(std::max<int64_t>(1, per_minute));
  capacity_ = std::max(1.0, std::floor(limit * burst));
  // A full bucket and what runs into it in a minute are the limit together; with a bucket of one,
  // even spacing already is.
  per_ms_ = (capacity_ > 1 ? limit - capacity_ : limit) / kMinuteMs;
  level_ = capacity_;
}

double RateBucket::LevelAt(int64_t now_ms) const {
  const auto passed = static_cast<double>(std::max<int64_t>(0, now_ms - at_ms_));
  return std::min(capacity_, level_ + passed * per_ms_);
}

int64_t RateBucket::WaitMs(int64_t now_ms, int64_t amount) const {
  const double wanted = std::min(static_cast<double>(amount), capacity_);
  const double missing = wanted - LevelAt(now_ms);
  if (missing <= 1e-9) return 0;
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(missing / per_ms_)));
}

void RateBucket::Take(int64_t now_ms, int64_t amount) {
  level_ = std::min(capacity_, LevelAt(now_ms) - static_cast<double>(amount));
  at_ms_ = now_ms;
}

Admission::Admission(EndpointLimits limits, int64_t retry_after_ceiling_ms)
    : limits_(limits),
      ceiling_ms_(retry_after_ceiling_ms),
      window_(std::clamp(limits.start_in_flight, 1, std::max(1, limits.max_in_flight))) {
  if (limits.requests_per_minute) requests_.emplace(*limits.requests_per_minute, kRequestBurst);
  if (limits.tokens_per_minute) tokens_.emplace(*limits.tokens_per_minute, kTokenBurst);
}

Admission::Gate Admission::Ask(int64_t now_ms, int64_t tokens) const {
  using State = Gate::State;
  if (now_ms < down_until_ms_) return {State::kDown, down_until_ms_ - now_ms};
  const int places = is_cooling() ? 1 : window();
  if (in_flight_ >= places) return {State::kWait, -1};
  int64_t wait_ms = std::max<int64_t>(0, closed_until_ms_ - now_ms);
  if (requests_) wait_ms = std::max(wait_ms, requests_->WaitMs(now_ms, 1));
  if (tokens_) wait_ms = std::max(wait_ms, tokens_->WaitMs(now_ms, tokens));
  if (wait_ms > 0) return {State::kWait, wait_ms};
  return {State::kOpen, 0};
}

Admission::Ticket Admission::Leave(int64_t now_ms, int64_t tokens) {
  ++in_flight_;
  if (requests_) requests_->Take(now_ms, 1);
  if (tokens_) tokens_->Take(now_ms, tokens);
  if (in_flight_ >= window()) full_at_ = next_ticket_;
  return next_ticket_++;
}

void Admission::Ended(int64_t now_ms, Ticket ticket, End end, int64_t more_tokens,
                      int64_t retry_after_ms) {
  --in_flight_;
  if (tokens_ && more_tokens != 0) tokens_->Take(now_ms, more_tokens);
  switch (end) {
    case End::kAnswer:
      OnAlive();
      limited_rounds_ = 0;
      // An endpoint that is not asked for more says nothing about more.
      if (full_at_ >= ticket) window_ += is_growing_fast_ ? 1.0 : 1.0 / window_;
      window_ = std::min(window_, static_cast<double>(std::max(1, limits_.max_in_flight)));
      break;
    case End::kRefused:
      OnAlive();
      break;
    case End::kRateLimited:
      OnAlive();
      OnRateLimited(now_ms, ticket, retry_after_ms);
      break;
    case End::kFailed:
      if (retry_after_ms > 0) PauseUntil(now_ms + std::min(retry_after_ms, ceiling_ms_));
      OnFailed(now_ms);
      break;
    case End::kCancelled:
      break;
  }
}

void Admission::OnAlive() {
  failed_ = 0;
  failed_probes_ = 0;
  down_until_ms_ = 0;
}

void Admission::OnRateLimited(int64_t now_ms, Ticket ticket, int64_t retry_after_ms) {
  if (ticket >= halved_at_) {
    window_ = std::max(1.0, std::floor(window_ / 2));
    is_growing_fast_ = false;
    halved_at_ = next_ticket_;
    ++limited_rounds_;
  }
  if (retry_after_ms > ceiling_ms_) {
    down_until_ms_ = std::max(down_until_ms_, now_ms + retry_after_ms);
  } else if (retry_after_ms >= 0) {
    PauseUntil(now_ms + retry_after_ms);
  } else if (limited_rounds_ > 1) {
    PauseUntil(now_ms + Doubled(kSlowMs, limited_rounds_ - 2, kLongestPauseMs));
  }
}

void Admission::OnFailed(int64_t now_ms) {
  ++failed_;
  if (failed_ < kFailuresToSlow) return;
  if (failed_ < kFailuresToCool) {
    PauseUntil(now_ms + Doubled(kSlowMs, failed_ - kFailuresToSlow, kCoolMs));
    return;
  }
  // What was in flight when the cooling began is no probe.
  if (failed_ > kFailuresToCool && in_flight_ == 0) ++failed_probes_;
  PauseUntil(now_ms + Doubled(kCoolMs, failed_probes_, kLongestPauseMs));
  if (failed_probes_ < kProbesToDown) return;
  down_until_ms_ = now_ms + kDownMs;
  failed_probes_ = 0;
}

void Admission::PauseUntil(int64_t until_ms) {
  closed_until_ms_ = std::max(closed_until_ms_, until_ms);
}

}  // namespace hone
