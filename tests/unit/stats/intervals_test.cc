#include "stats/intervals.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "stats/bootstrap.h"
#include "stats/cluster_variance.h"
#include "unit/stats/tables.h"

namespace hone {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

BOOST_AUTO_TEST_SUITE(IntervalEstimates)

BOOST_AUTO_TEST_CASE(OrderOfObservationsChangesNoBit) {
  std::vector<Observation> table = RandomTable("order", 3, 12, 5, 0.5);
  for (Observation& each : table) each.value *= 0.1 + 0.3 * (each.item % 4);
  const RateEstimate before = EstimateRate(table);
  RandomStream("other").Shuffle(&table);
  const RateEstimate after = EstimateRate(table);
  BOOST_TEST(*before.value == *after.value);
  BOOST_TEST(before.interval->low == after.interval->low);
  BOOST_TEST(before.interval->high == after.interval->high);
}

BOOST_AUTO_TEST_CASE(RatesAreRatiosOfSums) {
  // Ungraded items weigh nothing; one that is ungraded in every run is no item.
  const std::vector<Observation> table = {{1, 1, 1, 1, 1}, {1, 1, 2, 0, 0},    {1, 2, 3, 0, 1},
                                          {2, 1, 1, 1, 1}, {2, 1, 2, kNan, 1}, {2, 2, 3, 1, 1}};
  const RateEstimate estimate = EstimateRate(table);
  BOOST_TEST(*estimate.value == 0.75);
  BOOST_TEST(estimate.n_items == 2);
  BOOST_TEST(estimate.n_clusters == 2);
  BOOST_TEST(estimate.n_runs == 2);
  BOOST_TEST((estimate.basis == IntervalBasis::kRunsAndClusters));
  BOOST_TEST(estimate.interval->low <= 0.75);
  BOOST_TEST(estimate.interval->high >= 0.75);
}

// A mean of one observation a cluster in one run is a textbook mean: 4 +- t(0.975, 4) s / sqrt(5).
BOOST_AUTO_TEST_CASE(MeansHaveStudentsInterval) {
  std::vector<Observation> five;
  for (int i = 0; i < 5; ++i) five.push_back({1, i, i, 2.0 + i, 1});
  const RateEstimate mean = EstimateMean(five);
  BOOST_TEST(*mean.value == 4.0);
  const double half = 2.7764451051977987 * std::sqrt(2.5 / 5);
  BOOST_TEST(mean.interval->low == 4 - half, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(mean.interval->high == 4 + half, boost::test_tools::tolerance(1e-9));
  for (Observation& each : five) each.value *= 100;  // a mean has no scale
  BOOST_TEST(EstimateMean(five).interval->low == 100 * (4 - half),
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(!EstimateMean({{1, 1, 1, 3, 1}}).interval.has_value());
  BOOST_TEST(!EstimateMean({}).value.has_value());
  // Runs that differ widen it.
  std::vector<Observation> again = five;
  for (Observation each : five) again.push_back({2, each.cluster, each.item, each.value + 200, 1});
  const Interval wide = *EstimateMean(again).interval;
  BOOST_TEST(wide.high - wide.low > 200 * half);
}

BOOST_AUTO_TEST_CASE(SaysWhatItRestsOn) {
  const auto half = [](int, int c, int) { return c % 2 == 0 ? 1.0 : 0.0; };
  BOOST_TEST((EstimateRate(Table(1, 10, 2, half)).basis == IntervalBasis::kItemsOnly));
  const RateEstimate lonely = EstimateRate(Table(3, 1, 5, half));
  BOOST_TEST((lonely.basis == IntervalBasis::kNone));
  BOOST_TEST(!lonely.interval.has_value());
  BOOST_TEST(*lonely.value == 1.0);
  const RateEstimate empty = EstimateRate({});
  BOOST_TEST(!empty.value.has_value());
  BOOST_TEST(!empty.interval.has_value());
}

BOOST_AUTO_TEST_CASE(RunsThatDifferWidenTheInterval) {
  const auto by_cluster = [](int, int c, int) { return c % 2 == 0 ? 0.6 : 0.4; };
  const auto by_run = [](int r, int c, int) { return (c % 2 == 0 ? 0.6 : 0.4) + 0.2 * (r - 1); };
  const Interval same = *EstimateRate(Table(3, 30, 2, by_cluster)).interval;
  const Interval other = *EstimateRate(Table(3, 30, 2, by_run)).interval;
  BOOST_TEST(other.high - other.low > 2 * (same.high - same.low));
}

BOOST_AUTO_TEST_CASE(ClusteredItemsWidenTheInterval) {
  // The same 120 values, once as 120 clusters and once as 12 clusters of equal items.
  const auto value = [](int, int c, int) { return c % 3 == 0 ? 1.0 : 0.0; };
  std::vector<Observation> clustered = Table(1, 12, 10, value);
  std::vector<Observation> single = clustered;
  for (Observation& each : single) each.cluster = each.item;
  const Interval wide = *EstimateRate(clustered).interval;
  const Interval narrow = *EstimateRate(single).interval;
  BOOST_TEST(wide.high - wide.low > 2 * (narrow.high - narrow.low));
}

BOOST_AUTO_TEST_CASE(BootstrapCoversWhereClustersAreMany) {
  int covered = 0;
  constexpr int kTables = 200;
  for (int i = 0; i < kTables; ++i) {
    BootstrapOptions options;
    options.resamples = 400;
    const auto table = RandomTable(std::to_string(i), 1, 40, 5, 0.5);
    const Interval interval = *BootstrapRate(table, options).interval;
    covered += interval.low <= 0.5 && 0.5 <= interval.high ? 1 : 0;
  }
  BOOST_TEST(covered >= 178);  // 95 % of 200 less 4 sigma
  BOOST_TEST(covered < kTables);
}

BOOST_AUTO_TEST_CASE(DifferencesArePaired) {
  // Hard documents are hard for both arms; the difference is the same in each.
  const auto base = [](int, int c, int) { return 0.02 * c; };
  const auto better = [](int, int c, int) { return 0.02 * c + 0.1; };
  std::vector<Observation> arm = Table(2, 30, 2, better);
  const std::vector<Observation> baseline = Table(2, 30, 2, base);
  arm.push_back({0, 99, 999, 1.0, 1});  // an item that the baseline never had
  const RateEstimate got = EstimateDifference(arm, baseline);
  BOOST_TEST(*got.value == 0.1, boost::test_tools::tolerance(1e-9));
  const auto width = [](const RateEstimate& of) { return of.interval->high - of.interval->low; };
  BOOST_TEST(width(got) < width(EstimateRate(baseline)) / 1.5);
  BOOST_TEST(got.interval->low < 0.1);  // never a point: other documents may differ
  BOOST_TEST(got.n_items == 60);
  BOOST_TEST(got.n_clusters == 30);
  const RateEstimate same = EstimateDifference(baseline, baseline);
  BOOST_TEST(*same.value == 0.0);
  BOOST_TEST(same.interval->low < 0.0);
  BOOST_TEST(same.interval->low == -same.interval->high);
  BOOST_TEST(same.interval->high < 0.1);
  // Runs that are not the same ones are drawn apart; nothing in common gives nothing.
  BOOST_TEST((EstimateDifference(arm, Table(1, 30, 2, base)).basis == IntervalBasis::kItemsOnly));
  BOOST_TEST(!EstimateDifference(arm, {}).value.has_value());
  // Sides that disagree on an item's cluster are no bug of ours.
  std::vector<Observation> moved = baseline;
  for (Observation& each : moved) each.cluster += 1000;
  BOOST_TEST(*EstimateDifference(moved, baseline).value == 0.0);
}

// Independent items: Wilson's interval, of one trial less and with Student's quantile.
BOOST_AUTO_TEST_CASE(SingleItemsGiveWilsonsInterval) {
  const auto table = Table(1, 40, 1, [](int, int c, int) { return c < 8 ? 1.0 : 0.0; });
  const Interval got = *EstimateRate(table).interval;
  const double t2 = 2.0226909 * 2.0226909;  // 39 degrees of freedom
  const double n = 39;
  const double centre = (0.2 + t2 / (2 * n)) / (1 + t2 / n);
  const double half = std::sqrt(t2) * std::sqrt(0.16 / n + t2 / (4 * n * n)) / (1 + t2 / n);
  BOOST_TEST(got.low == centre - half, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(got.high == centre + half, boost::test_tools::tolerance(1e-6));
}

// Independent pairs: Agresti and Min's interval, of one pair less and with Student's quantile.
BOOST_AUTO_TEST_CASE(SinglePairsGiveAgrestiAndMinsInterval) {
  const auto arm = Table(1, 50, 1, [](int, int c, int) { return c < 20 ? 1.0 : 0.0; });
  const auto baseline =
      Table(1, 50, 1, [](int, int c, int) { return c >= 12 && c < 24 ? 1.0 : 0.0; });
  const Interval got = *EstimateDifference(arm, baseline).interval;  // 12 gained, 4 lost
  const double t2 = 2.0095752 * 2.0095752;                           // 49 degrees of freedom
  const double all = 49 + t2 / 2;
  const double centre = 49 * 0.16 / all;
  const double squares = (49 * 0.32 + t2 / 4) / all;
  const double half = std::sqrt(t2 * (squares - centre * centre) / all);
  BOOST_TEST(std::fabs(got.low - (centre - half)) < 1e-7);
  BOOST_TEST(got.high == centre + half, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(RatesOfNoneAndAllGetAnInterval) {
  for (const int runs : {1, 3}) {
    const auto none = EstimateRate(Table(runs, 12, 5, [](int, int, int) { return 0.0; }));
    const auto all = EstimateRate(Table(runs, 12, 5, [](int, int, int) { return 1.0; }));
    BOOST_TEST(none.interval->low == 0.0);
    BOOST_TEST(none.interval->high > 3.0 / 60);  // the rule of three
    BOOST_TEST(none.interval->high < 0.1);
    BOOST_TEST(all.interval->low == 1 - none.interval->high, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(all.interval->high == 1.0);
    // What the tables had before: a point.
    BOOST_TEST(
        BootstrapRate(Table(runs, 12, 5, [](int, int, int) { return 0.0; })).interval->high == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(IntervalsMirror) {
  const std::vector<Observation> table = RandomTable("mirror", 3, 9, 4, 0.3);
  std::vector<Observation> turned = table;
  for (Observation& each : turned) each.value = 1 - each.value;
  const Interval one = *EstimateRate(table).interval;
  const Interval other = *EstimateRate(turned).interval;
  BOOST_TEST(one.low == 1 - other.high, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(one.high == 1 - other.low, boost::test_tools::tolerance(1e-9));
  const std::vector<Observation> arm = RandomTable("arm", 3, 9, 4, 0.6);
  const Interval forth = *EstimateDifference(arm, table).interval;
  const Interval back = *EstimateDifference(table, arm).interval;
  BOOST_TEST(forth.low == -back.high, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(forth.high == -back.low, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(WiderAtAHigherLevel) {
  const std::vector<Observation> table = RandomTable("level", 3, 9, 4, 0.3);
  double width = 0;
  for (const double level : {0.5, 0.8, 0.95, 0.99}) {
    const Interval interval = *EstimateRate(table, level).interval;
    BOOST_TEST(interval.high - interval.low > width);
    width = interval.high - interval.low;
  }
}

BOOST_AUTO_TEST_CASE(IdenticalReplicatesAreFound) {
  const Hash x = HashOf("x");
  const Hash y = HashOf("y");
  const std::vector<int> want = {4, 5, 4, 5};
  const std::vector<int> got = FirstIdenticalRun({{4, x}, {5, y}, {6, x}, {7, y}});
  BOOST_TEST(got == want, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ClusterVariances)

// Clusters of one size: the textbook's variance of a mean, with one degree of freedom less.
BOOST_AUTO_TEST_CASE(EqualClustersAreMeans) {
  const auto table = RandomTable("equal", 1, 15, 6, 0.5);
  const ObservationGrid grid(table);
  std::vector<double> means;
  for (std::size_t c = 0; c < 15; ++c) means.push_back(grid.value(0, c) / 6);
  const double rate = *Mean(means);
  const ClusterVariance got = VarianceOfRate(grid, rate);
  BOOST_TEST(got.clusters == std::pow(*StandardDeviation(means), 2) / 15,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.cluster_df == 14, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(!got.has_runs);
}

// The expectation over all ways to give uneven clusters their luck is exact: CR2 is unbiased for
// independent items. Checked by enumeration of all 2^6 outcomes of six fair items.
BOOST_AUTO_TEST_CASE(UnbiasedForIndependentItems) {
  const std::vector<int> cluster_of = {0, 1, 1, 2, 2, 2};
  double expected = 0;
  for (unsigned outcome = 0; outcome < 64; ++outcome) {
    std::vector<Observation> table;
    double sum = 0;
    for (int i = 0; i < 6; ++i) {
      const double value = (outcome >> i) & 1U;
      table.push_back({0, cluster_of[static_cast<std::size_t>(i)], i, value, 1});
      sum += value;
    }
    expected += VarianceOfRate(ObservationGrid(table), sum / 6).clusters / 64;
  }
  BOOST_TEST(expected == 0.25 / 6, boost::test_tools::tolerance(1e-9));
}

// Satterthwaite's formula by brute force: 2 E(V)^2 / Var(V) for normal items, from the matrix of
// the quadratic form.
BOOST_AUTO_TEST_CASE(DegreesOfFreedomByMatrix) {
  for (const std::vector<double>& sizes :
       std::vector<std::vector<double>>{{1, 2, 3, 5, 8, 13}, {4, 4, 4, 4}, {1, 1, 20}, {2, 3}}) {
    double n = 0;
    for (const double size : sizes) n += size;
    std::vector<double> shares;
    for (const double size : sizes) shares.push_back(size / n);
    const std::size_t k = sizes.size();
    double trace = 0;
    double trace_of_square = 0;
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        // Covariance of the sums of residuals, scaled by the leverage correction.
        const double covariance = ((i == j ? sizes[i] : 0) - sizes[i] * sizes[j] / n) /
                                  std::sqrt((1 - shares[i]) * (1 - shares[j]));
        trace += i == j ? covariance : 0;
        trace_of_square += covariance * covariance;
      }
    }
    BOOST_TEST(SatterthwaiteDf(shares) == trace * trace / trace_of_square,
               boost::test_tools::tolerance(1e-9));
  }
}

// Balanced: the mean squares of a two-way table, computed here the textbook's way.
BOOST_AUTO_TEST_CASE(RunsAndClustersAreATwoWayTable) {
  constexpr int kRuns = 3;
  constexpr int kClusters = 8;
  const auto value = [](int r, int c, int) { return ((r * 7 + c * c * 3 + r * c) % 11) / 11.0; };
  const auto table = Table(kRuns, kClusters, 2, value);
  std::vector<double> by_run(kRuns), by_cluster(kClusters);
  double mean = 0;
  for (int r = 0; r < kRuns; ++r) {
    for (int c = 0; c < kClusters; ++c) {
      by_run[static_cast<std::size_t>(r)] += value(r, c, 0) / kClusters;
      by_cluster[static_cast<std::size_t>(c)] += value(r, c, 0) / kRuns;
      mean += value(r, c, 0) / (kRuns * kClusters);
    }
  }
  double rest = 0;
  for (int r = 0; r < kRuns; ++r) {
    for (int c = 0; c < kClusters; ++c) {
      rest += std::pow(value(r, c, 0) - by_run[static_cast<std::size_t>(r)] -
                           by_cluster[static_cast<std::size_t>(c)] + mean,
                       2);
    }
  }
  const ClusterVariance got = VarianceOfRate(ObservationGrid(table), mean);
  const auto near = boost::test_tools::tolerance(1e-9);
  BOOST_TEST(got.runs == std::pow(*StandardDeviation(by_run), 2) / kRuns, near);
  BOOST_TEST(got.clusters == std::pow(*StandardDeviation(by_cluster), 2) / kClusters, near);
  BOOST_TEST(got.residual == rest / ((kRuns - 1) * (kClusters - 1)) / (kRuns * kClusters), near);
  BOOST_TEST(got.run_df == 2, near);
  // The same table against nothing at all is the same variance; against itself it is none.
  const ObservationGrid grid(table);
  const ObservationGrid zero(Table(kRuns, kClusters, 2, [](int, int, int) { return 0.0; }));
  BOOST_TEST(VarianceOfDifference(grid, mean, zero, 0).clusters == got.clusters, near);
  BOOST_TEST(VarianceOfDifference(grid, mean, zero, 0).runs == got.runs, near);
  BOOST_TEST(VarianceOfDifference(grid, mean, grid, mean).clusters < 1e-30);
}

BOOST_AUTO_TEST_CASE(PValuesOfZero) {
  ClusterVariance variance;
  variance.clusters = 0.01;
  variance.cluster_df = 5;
  BOOST_TEST(std::fabs(PValueOfZero(0.2570582, variance) - 0.05) < 1e-6);
  BOOST_TEST(PValueOfZero(0, variance) == 1.0);
  variance.has_runs = true;
  variance.run_df = 2;
  variance.runs = 1e-12;  // runs that agree change nothing
  BOOST_TEST(std::fabs(PValueOfZero(0.2570582, variance) - 0.05) < 1e-4);
  variance.runs = 0.01;  // t(5)^2 * 0.01 + t(2)^2 * 0.01 at the 5 % level
  const double edge = std::sqrt(0.01 * (2.5705818 * 2.5705818 + 4.3026527 * 4.3026527));
  BOOST_TEST(std::fabs(PValueOfZero(edge, variance) - 0.05) < 1e-6);
  BOOST_TEST(PValueOfZero(-edge, variance) == PValueOfZero(edge, variance));
  BOOST_TEST(PValueOfZero(2 * edge, variance) < 0.05);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
