#include "app/progress_bar.h"

#include <boost/test/unit_test.hpp>

#include "report/list.h"

namespace hone {
namespace {

Progress Example() {
  Progress progress;
  progress.cells_planned = 40;
  progress.cells_done = 15;
  progress.cells_recalled = 10;
  progress.calls_new = 120;
  progress.calls_reused = 30;
  progress.calls_waiting = 8;
  progress.spent = PicoUsd::FromUsd(0.25);
  return progress;
}

BOOST_AUTO_TEST_CASE(says_calls_reuse_spend_and_time_left) {
  // 5 cells were worked on in 10 s, 25 are open.
  const std::string text = ProgressText(Example(), 10'000);
  BOOST_TEST(text == "15 of 40 cells, 120 calls, 30 reused, 8 in flight, " +
                         PicoUsd::FromUsd(0.25).Text() + ", " + DurationText(50'000) + " left");
}

BOOST_AUTO_TEST_CASE(no_guess_before_anything_was_worked_on) {
  Progress progress = Example();
  progress.cells_recalled = progress.cells_done;
  BOOST_TEST(ProgressText(progress, 10'000).find("left") == std::string::npos);
  BOOST_TEST(ProgressText(Progress{}, 0).find("left") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(bar_fits_and_stays_within_its_bounds) {
  Progress progress = Example();
  BOOST_TEST(
      ProgressBarText(progress, 10'000, 200).starts_with("[#########...............] 15 of"));
  BOOST_TEST(ProgressBarText(progress, 10'000, 20).size() == 20U);
  progress.cells_done = 99;  // more than planned must not overflow
  BOOST_TEST(ProgressBarText(progress, 10'000, 200).starts_with("[########################] "));
  BOOST_TEST(ProgressBarText(Progress{}, 0, 200).starts_with("[........................] "));
}

}  // namespace
}  // namespace hone
