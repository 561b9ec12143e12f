#include "stats/race.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "stats/random_stream.h"

namespace hone {
namespace {

using Means = std::vector<std::vector<std::optional<double>>>;

BOOST_AUTO_TEST_SUITE(Races)

// A fair game stays fair: over all equally likely paths of -1, 0, 1 the expected capital at the end
// is 1. Capital reported is the largest on the way, so only its chance to reach c is bounded by
// 1/c.
BOOST_AUTO_TEST_CASE(CapitalIsAFairGame) {
  constexpr int kSteps = 9;
  int paths = 1;
  for (int i = 0; i < kSteps; ++i) paths *= 3;
  std::vector<double> capitals;
  for (int path = 0; path < paths; ++path) {
    std::vector<double> differences;
    for (int i = 0, rest = path; i < kSteps; ++i, rest /= 3) differences.push_back(rest % 3 - 1);
    capitals.push_back(EvidenceOf(differences).capital);
  }
  for (const double bound : {1.5, 2.0, 4.0, 10.0}) {
    int reached = 0;
    for (const double each : capitals) reached += each >= bound ? 1 : 0;
    BOOST_TEST(reached <= paths / bound);
    BOOST_TEST(reached > 0);
  }
}

BOOST_AUTO_TEST_CASE(EvidenceByHand) {
  const RaceEvidence none = EvidenceOf({});
  BOOST_TEST(none.capital == 1.0);
  BOOST_TEST(none.n_clusters == 0);
  // One full win: the mean over stakes of 1 + s; what came later does not take it back.
  const double mean_stake = (0.05 + 0.1 + 0.15 + 0.2 + 0.3 + 0.4 + 0.5 + 0.6 + 0.75 + 0.9) / 10;
  const RaceEvidence one = EvidenceOf({1});
  BOOST_TEST(one.capital == 1 + mean_stake, boost::test_tools::tolerance(1e-9));
  const RaceEvidence then = EvidenceOf({1, -1, -1});
  BOOST_TEST(then.capital == one.capital);
  BOOST_TEST(then.mean_difference == -1.0 / 3, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(std::isfinite(EvidenceOf(std::vector<double>(5000, 1.0)).capital));
}

BOOST_AUTO_TEST_CASE(TheWorseArmFallsAndStaysDown) {
  Means means(3);
  for (int c = 0; c < 40; ++c) {
    means[0].push_back(c % 2 == 0 ? 1.0 : 0.5);
    means[1].push_back(c % 2 == 0 ? 0.5 : 0.0);
    means[2].push_back(c % 2 == 0 ? 0.9 : 0.5);
  }
  const std::vector<RaceDrop> drops = RaceDrops(means, 3, 0.05);
  BOOST_REQUIRE(drops.size() == 1);
  BOOST_TEST(drops[0].arm == 1);
  BOOST_TEST(drops[0].rival == 0);
  BOOST_TEST(drops[0].p_value <= 0.05);
  BOOST_TEST(drops[0].evidence.n_clusters == 40);
  BOOST_TEST(drops[0].evidence.mean_difference == 0.5, boost::test_tools::tolerance(1e-9));
  // Later it has no scores; others go on.
  means[0].push_back(0.0);
  means[2].push_back(1.0);
  BOOST_TEST(RaceDrops(means, 3, 0.05).size() == 1U);
  // More starters ask for more evidence, as a lower level does.
  BOOST_TEST(RaceDrops(means, 3, 1e-9).empty());
  Means early = means;
  for (auto& arm : early) arm.resize(10);
  BOOST_TEST(RaceDrops(early, 3, 0.2).size() == 1U);
  BOOST_TEST(RaceDrops(early, 3000, 0.2).empty());
}

BOOST_AUTO_TEST_CASE(ScoresThatAreMissingAreNotCompared) {
  Means means(2);
  for (int c = 0; c < 50; ++c) {
    means[0].push_back(c < 25 ? std::optional<double>(1.0) : std::nullopt);
    means[1].push_back(c >= 25 ? std::optional<double>(0.0) : std::nullopt);
  }
  BOOST_TEST(RaceDrops(means, 2, 0.05).empty());
  BOOST_TEST(RaceDrops({}, 1, 0.05).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
