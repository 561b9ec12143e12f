#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "stats/intervals.h"
#include "stats/paired_test.h"
#include "stats/random_stream.h"
#include "stats/summary.h"

namespace hone {
namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();

// `rate(run, cluster, item)` says the value of each cell of a full table.
template <typename Rate>
std::vector<Observation> Table(int runs, int clusters, int items, Rate rate) {
  std::vector<Observation> out;
  for (int r = 0; r < runs; ++r) {
    for (int c = 0; c < clusters; ++c) {
      for (int i = 0; i < items; ++i) out.push_back({r, c, c * items + i, rate(r, c, i), 1});
    }
  }
  return out;
}

// Items of a cluster share their luck: what a bootstrap over items alone would overlook.
std::vector<Observation> RandomTable(const char* seed, int runs, int clusters, int items,
                                     double level) {
  RandomStream random(seed);
  std::vector<double> luck(static_cast<std::size_t>(clusters));
  for (double& each : luck) each = level + (random.Double() - 0.5) * 0.8;
  return Table(runs, clusters, items, [&](int, int c, int) {
    return random.Double() < luck[static_cast<std::size_t>(c)] ? 1.0 : 0.0;
  });
}

BOOST_AUTO_TEST_SUITE(Summaries)

BOOST_AUTO_TEST_CASE(MatchesTextbookNumbers) {
  const auto near = boost::test_tools::tolerance(1e-9);
  BOOST_TEST(*Mean({1, 2, 6}) == 3.0, near);
  BOOST_TEST(!Mean({}).has_value());
  BOOST_TEST(*StandardDeviation({2, 4, 4, 4, 5, 5, 7, 9}) == std::sqrt(32.0 / 7), near);
  BOOST_TEST(!StandardDeviation({1}).has_value());
  BOOST_TEST(*Quantile({4, 1, 3, 2}, 0.5) == 2.5, near);
  BOOST_TEST(*Quantile({4, 1, 3, 2}, 0.25) == 1.75, near);
  BOOST_TEST(*Quantile({4, 1, 3, 2}, 0) == 1.0);
  BOOST_TEST(*Quantile({4, 1, 3, 2}, 2) == 4.0);
  BOOST_TEST(*Quantile({7}, 0.3) == 7.0);
  BOOST_TEST(!Quantile({}, 0.5).has_value());
  // 8 of 10: 0.4901625 to 0.9433178.
  const Interval wilson = WilsonInterval(8, 10);
  BOOST_TEST(wilson.low == 0.4901624715, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(wilson.high == 0.9433178485, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(WilsonInterval(0, 10).low == 0.0);
  BOOST_TEST(WilsonInterval(0, 10).high == 0.2775327998, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(WilsonInterval(0, 0).high == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(RandomStreams)

// Recorded runs depend on these numbers: they never change. Computed apart from this code, in
// Python.
BOOST_AUTO_TEST_CASE(GoldenNumbers) {
  RandomStream random("seed", "3.2");
  const std::vector<uint64_t> got = {random.Next(), random.Next(), random.Next()};
  const std::vector<uint64_t> want = {15676149648615187898U, 3553492667656679282U,
                                      5168694887478732635U};
  BOOST_TEST(got == want, boost::test_tools::per_element());
  std::vector<int> items = {1, 2, 3, 4, 5, 6, 7, 8};
  RandomStream("seed").Shuffle(&items);
  const std::vector<int> shuffled = {5, 3, 6, 4, 1, 7, 2, 8};
  BOOST_TEST(items == shuffled, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(StreamsAndSeedsDiffer) {
  std::set<uint64_t> first;
  for (const char* seed : {"", "a", "b", "ab"}) {
    for (const char* stream : {"", "a", "b", "1", "1.1"})
      first.insert(RandomStream(seed, stream).Next());
  }
  BOOST_TEST(first.size() == 20U);  // also ("a","b") against ("ab","")
}

BOOST_AUTO_TEST_CASE(NumbersStayInRangeAndFair) {
  RandomStream random("range");
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) {
    const double real = random.Double();
    BOOST_REQUIRE(real >= 0.0);
    BOOST_REQUIRE(real < 1.0);
    const int64_t number = random.Int(-3, 3);
    BOOST_REQUIRE(number >= -3);
    BOOST_REQUIRE(number <= 3);
    ++counts[static_cast<std::size_t>(number + 3)];
  }
  for (const int count : counts) BOOST_TEST(std::abs(count - 10'000) < 500);  // 5 sigma
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();
  bool has_negative = false;
  for (int i = 0; i < 64; ++i) has_negative |= random.Int(kLow, kHigh) < 0;
  BOOST_TEST(has_negative);
  BOOST_TEST(random.Int(5, 5) == 5);
  // Two thirds of 2^64: a plain modulo would give the lower half twice as often.
  const uint64_t wide = (uint64_t{1} << 63U) + (uint64_t{1} << 61U);
  int low = 0;
  for (int i = 0; i < 4000; ++i) low += random.Below(wide) < wide / 2 ? 1 : 0;
  BOOST_TEST(std::abs(low - 2000) < 200);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(IntervalEstimates)

BOOST_AUTO_TEST_CASE(OrderOfObservationsChangesNoBit) {
  std::vector<Observation> table = RandomTable("order", 3, 12, 5, 0.5);
  for (Observation& each : table) each.value *= 0.1 + 0.3 * each.item;
  const Estimate before = EstimateRate(table);
  RandomStream("other").Shuffle(&table);
  const Estimate after = EstimateRate(table);
  BOOST_TEST(*before.value == *after.value);
  BOOST_TEST(before.interval->low == after.interval->low);
  BOOST_TEST(before.interval->high == after.interval->high);
}

BOOST_AUTO_TEST_CASE(RatesAreRatiosOfSums) {
  // Ungraded items weigh nothing; one that is ungraded in every run is no item.
  const std::vector<Observation> table = {{1, 1, 1, 1, 1}, {1, 1, 2, 0, 0},    {1, 2, 3, 0, 1},
                                          {2, 1, 1, 1, 1}, {2, 1, 2, kNan, 1}, {2, 2, 3, 1, 1}};
  const Estimate estimate = EstimateRate(table);
  BOOST_TEST(*estimate.value == 0.75);
  BOOST_TEST(estimate.n_items == 2);
  BOOST_TEST(estimate.n_clusters == 2);
  BOOST_TEST(estimate.n_runs == 2);
  BOOST_TEST((estimate.basis == IntervalBasis::kRunsAndClusters));
  BOOST_TEST(estimate.interval->low <= 0.75);
  BOOST_TEST(estimate.interval->high >= 0.75);
}

BOOST_AUTO_TEST_CASE(SaysWhatItRestsOn) {
  const auto half = [](int, int c, int) { return c % 2 == 0 ? 1.0 : 0.0; };
  BOOST_TEST((EstimateRate(Table(1, 10, 2, half)).basis == IntervalBasis::kItemsOnly));
  const Estimate lonely = EstimateRate(Table(3, 1, 5, half));
  BOOST_TEST((lonely.basis == IntervalBasis::kNone));
  BOOST_TEST(!lonely.interval.has_value());
  BOOST_TEST(*lonely.value == 1.0);
  const Estimate empty = EstimateRate({});
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

BOOST_AUTO_TEST_CASE(CoversTheTruthAsOftenAsItSays) {
  int covered = 0;
  constexpr int kTables = 200;
  for (int i = 0; i < kTables; ++i) {
    BootstrapOptions options;
    options.resamples = 400;
    const auto table = RandomTable(std::to_string(i).c_str(), 1, 40, 5, 0.5);
    const Interval interval = *EstimateRate(table, options).interval;
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
  const Estimate got = EstimateDifference(arm, baseline);
  BOOST_TEST(*got.value == 0.1, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.interval->high - got.interval->low < 1e-9);
  BOOST_TEST(got.n_items == 60);
  BOOST_TEST(got.n_clusters == 30);
  const Estimate same = EstimateDifference(baseline, baseline);
  BOOST_TEST(*same.value == 0.0);
  BOOST_TEST(same.interval->low == 0.0);
  // Runs that are not the same ones are drawn apart; nothing in common gives nothing.
  BOOST_TEST((EstimateDifference(arm, Table(1, 30, 2, base)).basis == IntervalBasis::kItemsOnly));
  BOOST_TEST(!EstimateDifference(arm, {}).value.has_value());
  // Sides that disagree on an item's cluster are no bug of ours.
  std::vector<Observation> moved = baseline;
  for (Observation& each : moved) each.cluster += 1000;
  BOOST_TEST(*EstimateDifference(moved, baseline).value == 0.0);
}

BOOST_AUTO_TEST_CASE(IdenticalReplicatesAreFound) {
  const Hash x = HashOf("x");
  const Hash y = HashOf("y");
  const std::vector<int> want = {4, 5, 4, 5};
  const std::vector<int> got = FirstIdenticalRun({{4, x}, {5, y}, {6, x}, {7, y}});
  BOOST_TEST(got == want, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(PairedTests)

BOOST_AUTO_TEST_CASE(ExactPValues) {
  struct Case {
    std::vector<double> differences;
    double want;
  };
  const std::vector<Case> cases = {
      {{1}, 1.0},
      {{1, 1, 1}, 2.0 / 8},
      {{1, 2, 3}, 2.0 / 8},
      {{1, 2, -3}, 8.0 / 8},
      {{3, 2, -1}, 4.0 / 8},  // |4| or more: +++ ++- and their mirrors
      {{0, 0, 0}, 1.0},
      {{0.1, 0.2, -0.3}, 1.0},  // a sum of rounding errors is 0
      {std::vector<double>(10, 0.3), 2.0 / 1024},
      {std::vector<double>(16, -0.1), 2.0 / 65536},
  };
  for (const Case& test : cases) BOOST_TEST(SignFlipPValue(test.differences, "s") == test.want);
}

BOOST_AUTO_TEST_CASE(MonteCarloAgreesWithExact) {
  const std::vector<double> sixteen = {0.3, -0.1, 0.2, 0.4, -0.2, 0.1,  0.3, 0.2,
                                       0.1, -0.3, 0.2, 0.1, 0.1,  -0.1, 0.2, 0.3};
  std::vector<double> padded = sixteen;  // a cluster without a difference changes nothing
  padded.push_back(0);
  const double exact = SignFlipPValue(sixteen, "s");
  const double sampled = SignFlipPValue(padded, "s");
  BOOST_TEST(exact > 0.005);
  BOOST_TEST(exact < 0.2);
  BOOST_TEST(std::fabs(exact - sampled) < 5 * std::sqrt(exact / kSignFlips));
  BOOST_TEST(sampled == SignFlipPValue(padded, "s"));
  BOOST_TEST(SignFlipPValue(std::vector<double>(100, 1.0), "s") == 1.0 / (1 + kSignFlips));
}

BOOST_AUTO_TEST_CASE(TestsClusterMeans) {
  const auto good = [](int, int, int) { return 1.0; };
  const auto bad = [](int, int, int) { return 0.0; };
  const PairedTest ten = TestDifference(Table(2, 10, 3, good), Table(3, 10, 3, bad));
  BOOST_TEST(ten.is_exact);
  BOOST_TEST(*ten.p_value == 2.0 / 1024);
  const PairedTest many = TestDifference(Table(1, 40, 3, good), Table(1, 40, 3, bad));
  BOOST_TEST(!many.is_exact);
  BOOST_TEST(*many.p_value < 0.001);
  const PairedTest few = TestDifference(Table(9, 9, 9, good), Table(9, 9, 9, bad));
  BOOST_TEST(!few.p_value.has_value());
  BOOST_TEST(few.note == "too few clusters to test");
}

BOOST_AUTO_TEST_CASE(HoldsItsLevelWhenNothingDiffers) {
  int rejected = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string seed = std::to_string(i);
    RandomStream random(seed);
    std::vector<double> differences(12);
    for (double& each : differences) each = random.Double() - random.Double();
    rejected += SignFlipPValue(differences, seed) <= 0.05 ? 1 : 0;
  }
  BOOST_TEST(rejected <= 30);  // 15 expected, 4 sigma
  BOOST_TEST(rejected > 0);
}

BOOST_AUTO_TEST_CASE(HolmAdjusts) {
  const auto got = HolmAdjusted({0.01, std::nullopt, 0.04, 0.03, 0.005});
  const std::vector<double> want = {0.03, -1, 0.06, 0.06, 0.02};
  for (std::size_t i = 0; i < want.size(); ++i) {
    BOOST_TEST(got[i].value_or(-1) == want[i], boost::test_tools::tolerance(1e-9));
  }
  BOOST_TEST(*HolmAdjusted({0.7, 0.8})[0] == 1.0);
  BOOST_TEST(HolmAdjusted({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
