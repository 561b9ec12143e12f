#include "engine/admission.h"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <vector>

#include "stats/random_stream.h"

namespace hone {
namespace {

using State = Admission::Gate::State;
using End = Admission::End;

constexpr int64_t kCeilingMs = 60'000;

EndpointLimits Limits(int most, int start = 4) {
  EndpointLimits limits;
  limits.max_in_flight = most;
  limits.start_in_flight = start;
  return limits;
}

// How many may leave now, one after the other.
std::vector<Admission::Ticket> LeaveAll(Admission* admission, int64_t now_ms, int64_t tokens = 1) {
  std::vector<Admission::Ticket> out;
  while (admission->Ask(now_ms, tokens).state == State::kOpen && out.size() < 10'000) {
    out.push_back(admission->Leave(now_ms, tokens));
  }
  return out;
}

std::size_t Round(Admission* admission, int64_t now_ms, End end) {
  const auto tickets = LeaveAll(admission, now_ms);
  for (const Admission::Ticket ticket : tickets) admission->Ended(now_ms, ticket, end);
  return tickets.size();
}

BOOST_AUTO_TEST_SUITE(admission)

BOOST_AUTO_TEST_CASE(starts_slow_and_doubles_up_to_its_limit) {
  Admission admission(Limits(64), kCeilingMs);
  for (const std::size_t expected : {4, 8, 16, 32, 64, 64}) {
    BOOST_TEST(Round(&admission, 0, End::kAnswer) == expected);
  }
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_is_not_asked_for_more_is_not_given_more) {
  Admission admission(Limits(64), kCeilingMs);
  for (int i = 0; i < 100; ++i) {
    admission.Ended(0, admission.Leave(0, 1), End::kAnswer);
  }
  BOOST_TEST(admission.window() == 4);
}

BOOST_AUTO_TEST_CASE(halves_once_a_round_when_it_is_told_and_grows_by_one_from_then_on) {
  Admission admission(Limits(64, 32), kCeilingMs);
  BOOST_TEST(Round(&admission, 0, End::kRateLimited) == 32U);  // 32 times "too many" is one message
  BOOST_TEST(admission.window() == 16);
  BOOST_TEST(Round(&admission, 0, End::kAnswer) == 16U);
  BOOST_TEST(admission.window() >= 16);
  BOOST_TEST(admission.window() <= 17);
  for (int64_t now = 1'000; now < 60'000; now += 1'000) Round(&admission, now, End::kRateLimited);
  BOOST_TEST(admission.window() == 1);
}

BOOST_AUTO_TEST_CASE(a_retry_after_is_kept_to_the_millisecond) {
  Admission admission(Limits(8, 8), kCeilingMs);
  admission.Ended(100, admission.Leave(0, 1), End::kRateLimited, 0, 2'500);
  BOOST_TEST((admission.Ask(100, 1).state == State::kWait));
  BOOST_TEST(admission.Ask(100, 1).wait_ms == 2'500);
  BOOST_TEST((admission.Ask(2'599, 1).state == State::kWait));
  BOOST_TEST((admission.Ask(2'600, 1).state == State::kOpen));
}

BOOST_AUTO_TEST_CASE(a_retry_after_above_the_ceiling_closes_it_for_everybody) {
  Admission admission(Limits(8, 8), kCeilingMs);
  admission.Ended(0, admission.Leave(0, 1), End::kRateLimited, 0, 3'600'000);
  BOOST_TEST((admission.Ask(0, 1).state == State::kDown));
  BOOST_TEST((admission.Ask(3'600'000, 1).state == State::kOpen));
}

BOOST_AUTO_TEST_CASE(failures_in_a_row_slow_then_cool_then_end_it_within_a_bounded_time) {
  Admission admission(Limits(64, 64), kCeilingMs);
  int64_t now = 0;
  int sends = 0;
  while (true) {
    const Admission::Gate gate = admission.Ask(now, 1);
    if (gate.state == State::kDown) break;
    if (gate.state == State::kWait) {
      BOOST_REQUIRE(gate.wait_ms > 0);
      now += gate.wait_ms;
      continue;
    }
    const auto ticket = admission.Leave(now, 1);
    ++sends;
    if (admission.is_cooling()) BOOST_TEST((admission.Ask(now, 1).wait_ms == -1));  // one probe
    admission.Ended(now, ticket, End::kFailed);
    BOOST_REQUIRE(sends < 1'000);
  }
  BOOST_TEST(sends == Admission::kFailuresToCool + Admission::kProbesToDown);
  BOOST_TEST(now < 60'000);
}

BOOST_AUTO_TEST_CASE(any_word_of_the_endpoint_ends_the_cooling) {
  for (const End end : {End::kAnswer, End::kRefused, End::kRateLimited}) {
    Admission admission(Limits(64, 32), kCeilingMs);
    Round(&admission, 0, End::kFailed);
    BOOST_TEST(admission.is_cooling());
    const auto probe = LeaveAll(&admission, 100'000);
    BOOST_REQUIRE(probe.size() == 1U);
    admission.Ended(100'000, probe[0], end);
    BOOST_TEST(!admission.is_cooling());
    BOOST_TEST(LeaveAll(&admission, 200'000).size() >= 16U);
  }
}

BOOST_AUTO_TEST_CASE(a_few_failures_among_answers_slow_nothing) {
  Admission admission(Limits(64), kCeilingMs);
  for (int i = 0; i < 1'000; ++i) {
    const Admission::Gate gate = admission.Ask(0, 1);
    BOOST_REQUIRE((gate.state == State::kOpen));
    admission.Ended(0, admission.Leave(0, 1), i % 3 == 0 ? End::kAnswer : End::kFailed);
  }
}

struct RateCase {
  int64_t per_minute, amount;
};

// Whatever the moments at which calls ask, no sixty seconds hold more than the limit.
BOOST_AUTO_TEST_CASE(no_minute_ever_holds_more_than_its_limit) {
  const std::vector<RateCase> cases{{1, 1}, {5, 1}, {60, 1}, {600, 1}, {30'000, 700}, {1'000, 90}};
  for (const RateCase& rate : cases) {
    RandomStream random("rates " + std::to_string(rate.per_minute));
    RateBucket bucket(rate.per_minute, 0.1);
    std::deque<std::pair<int64_t, int64_t>> minute;
    int64_t now = 0, in_minute = 0, passed = 0;
    while (now < 600'000) {
      const int64_t wait = bucket.WaitMs(now, rate.amount);
      if (wait > 0) {
        now += random.Below(4) == 0 ? wait + static_cast<int64_t>(random.Below(30'000)) : wait;
        continue;
      }
      bucket.Take(now, rate.amount);
      minute.emplace_back(now, rate.amount);
      in_minute += rate.amount;
      ++passed;
      while (minute.front().first <= now - 60'000) {
        in_minute -= minute.front().second;
        minute.pop_front();
      }
      BOOST_REQUIRE_LE(in_minute, rate.per_minute);
    }
    // It is a limit, not a stop: at least half of it is used.
    BOOST_TEST(passed * rate.amount * 4 >= rate.per_minute * 10);
  }
}

BOOST_AUTO_TEST_CASE(a_request_larger_than_the_bucket_passes_when_it_is_full) {
  RateBucket bucket(1'000, 0.25);
  BOOST_TEST(bucket.WaitMs(0, 5'000) == 0);
  bucket.Take(0, 5'000);
  const int64_t wait = bucket.WaitMs(0, 1);
  BOOST_TEST(wait > 4 * 60'000);  // paid off at the speed of the limit
  BOOST_TEST(wait < 8 * 60'000);
}

BOOST_AUTO_TEST_CASE(tokens_are_corrected_by_what_the_answer_took) {
  EndpointLimits limits = Limits(8, 8);
  limits.tokens_per_minute = 4'000;  // a bucket of 1,000
  Admission admission(limits, kCeilingMs);
  const auto first = admission.Leave(0, 600);
  BOOST_TEST((admission.Ask(0, 600).state == State::kWait));
  admission.Ended(0, first, End::kAnswer, -500);
  BOOST_TEST((admission.Ask(0, 600).state == State::kOpen));
  const auto second = admission.Leave(0, 600);
  admission.Ended(0, second, End::kAnswer, +2'000);
  BOOST_TEST(admission.Ask(0, 1).wait_ms > 30'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
