#include "stats/variance_split.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "unit/stats/tables.h"

namespace hone {
namespace {

double Noise(RandomStream* random, double sd) {
  double sum = 0;  // nearly normal, variance exactly sd^2
  for (int i = 0; i < 12; ++i) sum += random->Double();
  return (sum - 6) * sd;
}

BOOST_AUTO_TEST_SUITE(VarianceSplits)

// A balanced table whose mean squares can be read off by hand: clusters 0 and 4, items -1 and +1
// around them, runs -0.5 and +0.5, nothing else.
BOOST_AUTO_TEST_CASE(ByHand) {
  const auto value = [](int r, int c, int i) { return 4.0 * c + 2 * i - 1 + r - 0.5; };
  const VarianceSplit got = *SplitVariance(Table(2, 2, 2, value));
  const auto near = boost::test_tools::tolerance(1e-9);
  BOOST_TEST(got.mean == 2.0, near);
  BOOST_TEST(*got.residual == 0.0);
  BOOST_TEST(*got.runs == 0.5, near);     // sample variance of -0.5, 0.5
  BOOST_TEST(got.items == 2.0, near);     // of -1, 1
  BOOST_TEST(got.clusters == 7.0, near);  // of 0, 4, less half an item's
  BOOST_TEST(got.n_left_out == 0);
  const VarianceSplit one = *SplitVariance(Table(1, 2, 2, value));
  BOOST_TEST(!one.runs.has_value());
  BOOST_TEST(one.items == 2.0, near);
}

// Method of moments is unbiased: the mean over many tables of uneven clusters is the truth.
BOOST_AUTO_TEST_CASE(UnbiasedWithUnevenClusters) {
  RandomStream random("split");
  double clusters = 0, items = 0, runs = 0, residual = 0;
  constexpr int kTables = 400;
  for (int table = 0; table < kTables; ++table) {
    std::vector<Observation> observations;
    std::vector<double> of_run;
    for (int r = 0; r < 6; ++r) of_run.push_back(Noise(&random, 0.7));
    int item = 0;
    for (int c = 0; c < 15; ++c) {
      const double of_cluster = Noise(&random, 1.0);
      for (int i = 0; i < 1 + c % 5; ++i, ++item) {
        const double of_item = Noise(&random, 0.8);
        for (int r = 0; r < 6; ++r) {
          observations.push_back(
              {r, c, item,
               of_cluster + of_item + of_run[static_cast<std::size_t>(r)] + Noise(&random, 0.5),
               1});
        }
      }
    }
    const VarianceSplit got = *SplitVariance(observations);
    clusters += got.clusters / kTables;
    items += got.items / kTables;
    runs += *got.runs / kTables;
    residual += *got.residual / kTables;
  }
  BOOST_TEST(std::fabs(clusters - 1.0) < 0.1);
  BOOST_TEST(std::fabs(items - 0.64) < 0.05);
  BOOST_TEST(std::fabs(runs - 0.49) < 0.07);
  BOOST_TEST(std::fabs(residual - 0.25) < 0.01);
}

BOOST_AUTO_TEST_CASE(LeavesOutWhatSomeRunLacks) {
  std::vector<Observation> table = RandomTable("lacks", 3, 6, 4, 0.5);
  const VarianceSplit whole = *SplitVariance(table);
  table.push_back({1, 2, 1000, 1, 1});
  const VarianceSplit got = *SplitVariance(table);
  BOOST_TEST(got.n_left_out == 1);
  BOOST_TEST(got.clusters == whole.clusters);
  BOOST_TEST(!SplitVariance(Table(2, 1, 5, [](int, int, int i) { return 1.0 * i; })).has_value());
  BOOST_TEST(!SplitVariance(Table(2, 5, 1, [](int, int c, int) { return 1.0 * c; })).has_value());
  BOOST_TEST(!SplitVariance({}).has_value());
}

BOOST_AUTO_TEST_CASE(DifferencesCancelWhatIsShared) {
  const auto base = [](int r, int c, int i) { return c + 0.1 * i + 0.5 * r; };
  const auto arm = [&](int r, int c, int i) { return base(r, c, i) + (c % 2 == 0 ? 0.3 : 0.1); };
  std::vector<Observation> ours = Table(2, 8, 3, arm);
  ours.push_back({0, 9, 999, 1, 1});  // not in the baseline
  const VarianceSplit got = *SplitVariance(PairDifferences(ours, Table(2, 8, 3, base)));
  BOOST_TEST(got.mean == 0.2, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.clusters == 8.0 / 7 * 0.01, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.items < 1e-20);
}

// 80 % power at 5 %, many clusters: 2.80 standard errors (Bloom, 1995). Few clusters need more.
BOOST_AUTO_TEST_CASE(DetectableEffects) {
  VarianceSplit split;
  split.clusters = 0.04;
  split.items = 0.1;
  const double many = *MinimumDetectableEffect(split, {10'000, 5, 1});
  BOOST_TEST(std::fabs(many / std::sqrt(0.06 / 10'000) - 2.80) < 0.005);
  const double few = *MinimumDetectableEffect(split, {6, 5, 1});
  BOOST_TEST(few / std::sqrt(0.06 / 6) == 2.570582 + 0.9195438, boost::test_tools::tolerance(1e-6));
  // Runs that differ set a floor that clusters cannot lower.
  split.runs = 0.01;
  split.residual = 0.2;
  BOOST_TEST(*MinimumDetectableEffect(split, {10'000, 5, 1}) > 0.28);
  BOOST_TEST(*MinimumDetectableEffect(split, {10'000, 5, 4}) < 0.15);
  BOOST_TEST(!MinimumDetectableEffect(split, {1, 5, 4}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
