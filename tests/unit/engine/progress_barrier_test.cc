#include "engine/progress_barrier.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace hone {
namespace {

ProgressBarrier Six(std::size_t replicates = 1) {
  ProgressBarrier::Options options;
  options.arms = {1, 2, 3, 4, 5, 6};
  options.replicates = replicates;
  return ProgressBarrier(options);
}

std::vector<std::size_t> Pruned(const std::vector<ProgressBarrier::Decision>& decisions) {
  std::vector<std::size_t> out;
  for (const auto& decision : decisions) {
    if (decision.is_pruned) out.push_back(decision.arm);
  }
  std::sort(out.begin(), out.end());
  return out;
}

BOOST_AUTO_TEST_SUITE(progress_barrier)

BOOST_AUTO_TEST_CASE(nobody_goes_on_before_everybody_is_there) {
  ProgressBarrier barrier = Six();
  for (std::size_t arm = 1; arm <= 5; ++arm) {
    barrier.Report(arm, 0, 1, 0.1 * static_cast<double>(arm));
    BOOST_TEST(barrier.Waits(arm, 0));
    BOOST_TEST(barrier.Settle().empty());
  }
  barrier.Report(6, 0, 1, 0.05);
  BOOST_TEST((Pruned(barrier.Settle()) == std::vector<std::size_t>{1, 2, 3, 6}));
  BOOST_TEST(!barrier.Waits(5, 0));  // until step 3
  BOOST_TEST(!barrier.IsIn(1));
  barrier.Report(5, 0, 3, 0.9);
  BOOST_TEST(barrier.Waits(5, 0));
  barrier.Report(4, 0, 3, 0.95);
  BOOST_TEST((Pruned(barrier.Settle()) == std::vector<std::size_t>{5}));
  BOOST_TEST(barrier.is_off());
}

BOOST_AUTO_TEST_CASE(the_order_of_reports_decides_nothing) {
  std::vector<std::size_t> arms = {1, 2, 3, 4, 5, 6};
  std::vector<std::size_t> want;
  do {
    ProgressBarrier barrier = Six();
    std::vector<ProgressBarrier::Decision> decisions;
    for (const std::size_t arm : arms) {
      // Equal scores in pairs; some are ahead of the barrier already.
      barrier.Report(arm, 0, 1, static_cast<double>(arm / 2));
      if (arm % 2 == 0) barrier.Report(arm, 0, 2, 100);
      const auto more = barrier.Settle();
      decisions.insert(decisions.end(), more.begin(), more.end());
    }
    if (want.empty()) want = Pruned(decisions);
    BOOST_TEST(Pruned(decisions) == want);
  } while (std::next_permutation(arms.begin(), arms.begin() + 4));
  BOOST_TEST((want == std::vector<std::size_t>{1, 2, 3, 5}));
}

BOOST_AUTO_TEST_CASE(replicates_are_judged_by_their_mean_and_pruned_together) {
  ProgressBarrier barrier = Six(2);
  for (std::size_t arm = 1; arm <= 6; ++arm) {
    barrier.Report(arm, 0, 1, arm == 1 ? 1.0 : 0.4);
    BOOST_TEST(barrier.Settle().empty());
  }
  for (std::size_t arm = 1; arm <= 6; ++arm) barrier.Report(arm, 1, 1, arm == 1 ? 0.0 : 0.7);
  BOOST_TEST((Pruned(barrier.Settle()) == std::vector<std::size_t>{1, 4, 5, 6}));
}

BOOST_AUTO_TEST_CASE(who_has_ended_holds_nobody_up_and_silence_is_last) {
  ProgressBarrier barrier = Six();
  barrier.End(1, 0);  // without a word
  barrier.Report(2, 0, 1, 0.1);
  barrier.End(2, 0);
  for (std::size_t arm = 3; arm <= 6; ++arm) barrier.Report(arm, 0, 1, 0.0);
  const auto decisions = barrier.Settle();
  BOOST_REQUIRE(decisions.size() == 6U);
  BOOST_TEST(decisions.front().arm == 2U);
  BOOST_TEST(decisions.back().arm == 1U);
  BOOST_TEST(!decisions.back().has_score);
}

BOOST_AUTO_TEST_CASE(it_is_off_when_all_have_ended) {
  ProgressBarrier barrier = Six();
  for (std::size_t arm = 1; arm <= 6; ++arm) {
    barrier.Report(arm, 0, 9, 0.5);
    barrier.End(arm, 0);
  }
  BOOST_TEST(barrier.Settle().empty());
  BOOST_TEST(barrier.is_off());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
