#include "stats/gate_test.h"

#include <boost/test/unit_test.hpp>

#include "unit/stats/tables.h"

namespace hone {
namespace {

std::vector<Observation> ScoresOf(const std::vector<double>& values) {
  std::vector<Observation> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.push_back({0, static_cast<int>(i), static_cast<int>(i), values[i], 1});
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(GateTests)

// One-sided p-values counted by hand: patterns of signs whose sum is at least the observed one.
BOOST_AUTO_TEST_CASE(OneSidedPValues) {
  struct Case {
    std::vector<double> differences;
    double want;
  };
  const std::vector<Case> cases = {
      {{1}, 1.0 / 2},
      {{1, 1, 1}, 1.0 / 8},
      {{3, 2, -1}, 2.0 / 8},  // +++ and ++-
      {{1, 2, -3}, 1},
      {{-1, -1}, 1},
      {{}, 1},
      {{0.1, 0.2, -0.3}, 1},
      {{0, 0, 0, 1, 1, 1, 1, 1}, 1.0 / 32},
  };
  for (const Case& test : cases) {
    BOOST_TEST(SignFlipGreater(test.differences, "s").p_value == test.want);
  }
  // Sampled: never below what one pattern in all of them would be, and about half the two-sided.
  const std::vector<double> many(40, 1.0);
  const SignFlip sampled = SignFlipGreater(many, "s", 999);
  BOOST_TEST(!sampled.is_exact);
  BOOST_TEST(sampled.p_value == 1.0 / 1000);
}

BOOST_AUTO_TEST_CASE(FiveMoreAndNoneFewerIsTheLeastThatPasses) {
  const auto current = ScoresOf({0, 0, 0, 0, 0, 1, 1, 1});
  GateTest test = TestGate(ScoresOf({1, 1, 1, 1, 1, 1, 1, 1}), current, 0.05);
  BOOST_TEST(test.accepts);
  BOOST_TEST(test.p_value == 1.0 / 32);
  BOOST_TEST(*test.difference == 5.0 / 8);
  BOOST_TEST(test.n_changed == 5);
  BOOST_TEST(test.n_clusters == 8);
  test = TestGate(ScoresOf({1, 1, 1, 1, 0, 1, 1, 1}), current, 0.05);
  BOOST_TEST(!test.accepts);
  BOOST_TEST(test.p_value == 1.0 / 16);
  BOOST_TEST(TestGate(ScoresOf({1, 1, 1, 1, 0, 1, 1, 1}), current, 0.1).accepts);
}

BOOST_AUTO_TEST_CASE(TiesAndLossesNeverPass) {
  const auto current = ScoresOf({1, 0, 1, 0});
  for (const std::vector<double>& candidate :
       {std::vector<double>{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}}) {
    BOOST_TEST(!TestGate(ScoresOf(candidate), current, 0.99).accepts);
  }
  const GateTest nothing = TestGate({}, {}, 0.5);
  BOOST_TEST(!nothing.accepts);
  BOOST_TEST(!nothing.difference.has_value());
}

// Repeats of an item are one difference; so are the items of one document.
BOOST_AUTO_TEST_CASE(RepeatsAndClustersAreNoFurtherEvidence) {
  std::vector<Observation> candidate;
  std::vector<Observation> current;
  for (int repeat = 0; repeat < 20; ++repeat) {
    for (int item = 0; item < 4; ++item) {
      candidate.push_back({repeat, item, item, 1, 1});
      current.push_back({repeat, item, item, 0, 1});
    }
  }
  BOOST_TEST(TestGate(candidate, current, 0.05).p_value == 1.0 / 16);
  for (std::vector<Observation>* side : {&candidate, &current}) {
    for (Observation& each : *side) each.cluster = each.item / 2;
  }
  BOOST_TEST(TestGate(candidate, current, 0.05).p_value == 1.0 / 4);
}

// Only what both were measured on counts.
BOOST_AUTO_TEST_CASE(ItemsOfOneSideAreLeftOut) {
  auto candidate = ScoresOf({1, 1, 1, 1, 1, 1});
  auto current = ScoresOf({0, 0, 0, 0, 0, 0});
  candidate.erase(candidate.begin());
  current.pop_back();
  const GateTest test = TestGate(candidate, current, 0.1);
  BOOST_TEST(test.n_clusters == 4);
  BOOST_TEST(test.p_value == 1.0 / 16);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
