// Admission: when the next request may leave for one endpoint. Pure: time comes in as milliseconds
// of a monotonic clock, and nothing waits in here.
//
// How many requests may be in flight is found out: it starts at `start_in_flight`, doubles with
// every round of answers until the endpoint says "too many" for the first time, halves at every
// such round and grows by one a round from then on, never above `max_in_flight`. (Additive
// increase, multiplicative decrease, as in TCP: RFC 5681, sections 3.1 and 3.2.)
//
// Requests and tokens a minute come out of buckets whose size and speed together keep any sixty
// seconds below the limit. Tokens are estimated when a request leaves and corrected by its answer.
//
// A Retry-After closes the endpoint for that long; one above the ceiling makes it `down` for that
// long. Failures in a row first slow it, then cool it down: after kFailuresToCool of them only one
// probe may leave at a time, after a pause that doubles; when kProbesToDown probes have failed it
// is down for kDownMs, and what waits for it is to be given up. Any answer opens it again, also one
// that refuses the request: the endpoint is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ports/model_source.h"

namespace hone {

// A bucket that lets at most `per_minute` through in any sixty seconds. A request for more than the
// bucket holds passes when it is full, and is paid off afterwards.
class RateBucket {
 public:
  // `burst` is the part of the limit that may pass at once, at least one.
  RateBucket(int64_t per_minute, double burst);

  [[nodiscard]] int64_t WaitMs(int64_t now_ms, int64_t amount) const;  // 0: now
  void Take(int64_t now_ms, int64_t amount);  // a negative amount gives back

 private:
  [[nodiscard]] double LevelAt(int64_t now_ms) const;

  double capacity_, per_ms_, level_;
  int64_t at_ms_ = 0;
};

class Admission {
 public:
  static constexpr int kFailuresToSlow = 4;
  static constexpr int64_t kSlowMs = 100;  // doubles with every further failure
  static constexpr int kFailuresToCool = 16;
  static constexpr int64_t kCoolMs = 1'000;  // doubles with every failed probe
  static constexpr int64_t kLongestPauseMs = 30'000;
  static constexpr int kProbesToDown = 4;
  static constexpr int64_t kDownMs = 60'000;

  struct Gate {
    enum class State { kOpen, kWait, kDown };
    State state = State::kOpen;
    int64_t wait_ms = 0;  // kWait: ask again then; -1: when a request ends. kDown: until it is up
  };
  enum class End { kAnswer, kRefused, kRateLimited, kFailed, kCancelled };
  using Ticket = int64_t;

  Admission(EndpointLimits limits, int64_t retry_after_ceiling_ms);

  // Whether a request of about `tokens` may leave now.
  [[nodiscard]] Gate Ask(int64_t now_ms, int64_t tokens) const;
  // REQUIRES: Ask said kOpen.
  Ticket Leave(int64_t now_ms, int64_t tokens);
  // `more_tokens`: what the answer took above the estimate, negative when below.
  // `retry_after_ms`: -1, not said.
  void Ended(int64_t now_ms, Ticket ticket, End end, int64_t more_tokens = 0,
             int64_t retry_after_ms = -1);

  [[nodiscard]] int in_flight() const { return in_flight_; }
  [[nodiscard]] int window() const { return static_cast<int>(window_); }
  [[nodiscard]] bool is_cooling() const { return failed_ >= kFailuresToCool; }

 private:
  void OnAlive();
  void OnRateLimited(int64_t now_ms, Ticket ticket, int64_t retry_after_ms);
  void OnFailed(int64_t now_ms);
  void PauseUntil(int64_t until_ms);

  EndpointLimits limits_;
  int64_t ceiling_ms_;
  std::optional<RateBucket> requests_, tokens_;
  double window_;
  bool is_growing_fast_ = true;
  int in_flight_ = 0;
  Ticket next_ticket_ = 1;
  Ticket full_at_ = 0;    // the last one that took the last place
  Ticket halved_at_ = 0;  // "too many" for a request that left before it says nothing new
  int limited_rounds_ = 0;
  int failed_ = 0;  // in a row
  int failed_probes_ = 0;
  int64_t closed_until_ms_ = 0;
  int64_t down_until_ms_ = 0;
};

}  // namespace hone
