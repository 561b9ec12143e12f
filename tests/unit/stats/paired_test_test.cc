#include "stats/paired_test.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "stats/multiplicity.h"
#include "stats/ungraded_bounds.h"
#include "unit/stats/tables.h"

namespace hone {
namespace {

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
  for (const Case& test : cases)
    BOOST_TEST(SignFlipTest(test.differences, "s").p_value == test.want);
}

// Fisher (The Design of Experiments, 1935, section 21) on Darwin's 15 pairs of maize plants, in
// eighths of an inch: of 32,768 patterns, 863 have a sum of 314 or more, so p = 1726 / 32768
// = 5.267 %.
BOOST_AUTO_TEST_CASE(FishersMaize) {
  const SignFlip got =
      SignFlipTest({49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48}, "s");
  BOOST_TEST(got.is_exact);
  BOOST_TEST(got.p_value == 1726.0 / 32768);
}

double ShareByEnumeration(const std::vector<double>& differences) {
  double observed = 0;
  for (const double each : differences) observed += each;
  int hits = 0;
  const unsigned patterns = 1U << differences.size();
  for (unsigned signs = 0; signs < patterns; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      sum += ((signs >> i) & 1U) != 0 ? -differences[i] : differences[i];
    }
    hits += std::fabs(sum) >= std::fabs(observed) - 1e-9 ? 1 : 0;
  }
  return static_cast<double>(hits) / patterns;
}

BOOST_AUTO_TEST_CASE(ExactIsEveryPattern) {
  RandomStream random("patterns");
  for (std::size_t n = 1; n <= 13; ++n) {
    for (int repeat = 0; repeat < 5; ++repeat) {
      std::vector<double> differences(n);
      // Tenths: many sums are equal, and none of them is exact in binary.
      for (double& each : differences) each = static_cast<double>(random.Int(-9, 12)) / 10;
      BOOST_TEST(SignFlipTest(differences, "s").p_value == ShareByEnumeration(differences),
                 boost::test_tools::tolerance(1e-12));
    }
  }
}

// Whole differences: the exact share by counting sums, where patterns are drawn and where halves
// are joined.
BOOST_AUTO_TEST_CASE(ManyDifferencesAgreeWithCounting) {
  for (const int n : {31, 32, 33, 60, 500}) {
    RandomStream random("many", std::to_string(n));
    std::vector<double> differences;
    int total = 0;
    int observed = 0;
    for (int i = 0; i < n; ++i) {
      const auto each = static_cast<int>(random.Int(-4, 5));
      differences.push_back(each);
      total += std::abs(each);
      observed += each;
    }
    const auto width = static_cast<std::size_t>(2 * total + 1);
    std::vector<double> shares(width, 0.0);  // of sums from -total
    shares[static_cast<std::size_t>(total)] = 1;
    for (const double each : differences) {
      const int size = std::abs(static_cast<int>(each));
      std::vector<double> next(width, 0.0);
      for (int at = 0; at < static_cast<int>(width); ++at) {
        if (at + size < static_cast<int>(width))
          next[static_cast<std::size_t>(at + size)] += shares[static_cast<std::size_t>(at)] / 2;
        if (at - size >= 0)
          next[static_cast<std::size_t>(at - size)] += shares[static_cast<std::size_t>(at)] / 2;
      }
      shares.swap(next);
    }
    double want = 0;
    for (int sum = -total; sum <= total; ++sum) {
      if (std::abs(sum) >= std::abs(observed))
        want += shares[static_cast<std::size_t>(sum + total)];
    }
    const SignFlip got = SignFlipTest(differences, "s");
    const auto zeros = std::count(differences.begin(), differences.end(), 0.0);
    BOOST_TEST(got.is_exact == (n - zeros <= kMostDifferencesForExactTest));
    const double error = got.is_exact ? 1e-9 : 5 * std::sqrt(want / kSignFlips) + 1.0 / kSignFlips;
    BOOST_TEST(std::fabs(got.p_value - want) < error);
    BOOST_TEST(got.p_value == SignFlipTest(differences, "s").p_value);
  }
  BOOST_TEST(SignFlipTest(std::vector<double>(100, 1.0), "s").p_value == 1.0 / (1 + kSignFlips));
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

// An arm that is better in each of its runs, and one that was lucky in one of three.
BOOST_AUTO_TEST_CASE(ARunsLuckEarnsNoMark) {
  const auto base = [](int, int c, int i) { return (c + i) % 3 == 0 ? 1.0 : 0.0; };
  const auto steady = [](int r, int c, int i) { return (c + i + r) % 3 != 2 ? 1.0 : 0.0; };
  const auto lucky = [&](int r, int c, int i) { return r == 0 ? 1.0 : base(r, c, i); };
  const PairedTest good = TestDifference(Table(3, 30, 4, steady), Table(3, 30, 4, base));
  BOOST_TEST(*good.p_value < 0.001);
  BOOST_TEST(*good.p_of_runs < 0.05);
  BOOST_TEST(IsMarked(good.p_value, good.p_of_runs));
  const PairedTest luck = TestDifference(Table(3, 30, 4, lucky), Table(3, 30, 4, base));
  BOOST_TEST(*luck.p_value < 0.001);
  BOOST_TEST(*luck.p_of_runs > 0.3);
  BOOST_TEST(!IsMarked(luck.p_value, luck.p_of_runs));
  // Of one run there is nothing to say about runs.
  const PairedTest one = TestDifference(Table(1, 30, 4, steady), Table(1, 30, 4, base));
  BOOST_TEST(!one.p_of_runs.has_value());
  BOOST_TEST(IsMarked(0.05, std::nullopt));
  BOOST_TEST(!IsMarked(0.051, 0.001));
  BOOST_TEST(!IsMarked(std::nullopt, std::nullopt));
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

// Benjamini and Hochberg (1995, section 4.1): fifteen p-values of a study of heart attacks. At 0.05
// their procedure rejects four hypotheses; Bonferroni's and Hochberg's reject three, and so does
// Holm's.
BOOST_AUTO_TEST_CASE(HeartAttacks) {
  const std::vector<std::optional<double>> p_values = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
                                                       0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                                                       0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto count = [](const std::vector<std::optional<double>>& of) {
    return std::count_if(of.begin(), of.end(), [](const auto& p) { return *p <= 0.05; });
  };
  BOOST_TEST(count(BenjaminiHochbergAdjusted(p_values)) == 4);
  BOOST_TEST(count(HolmAdjusted(p_values)) == 3);
  BOOST_TEST(*BenjaminiHochbergAdjusted(p_values)[3] == 0.0095 * 15 / 4,
             boost::test_tools::tolerance(1e-9));
}

// An adjusted p-value is the smallest level at which the procedure, as its paper words it, rejects.
BOOST_AUTO_TEST_CASE(AdjustmentsAreTheirProcedures) {
  RandomStream random("adjust");
  for (int repeat = 0; repeat < 200; ++repeat) {
    const auto n = static_cast<std::size_t>(random.Int(1, 8));
    std::vector<std::optional<double>> p_values;
    std::vector<double> sorted;
    for (std::size_t i = 0; i < n; ++i) {
      const double p = static_cast<double>(random.Int(1, 20)) / 40;
      p_values.emplace_back(p);
      sorted.push_back(p);
      if (random.Below(4) == 0) p_values.emplace_back(std::nullopt);
    }
    std::sort(sorted.begin(), sorted.end());
    const double level = 0.01 + 0.3 * random.Double();
    std::size_t holm = 0;  // step down while p <= level / (n - i)
    while (holm < n && sorted[holm] <= level / static_cast<double>(n - holm)) ++holm;
    std::size_t rate = n;  // step up to the last p <= level * i / n
    while (rate > 0 &&
           sorted[rate - 1] > level * static_cast<double>(rate) / static_cast<double>(n))
      --rate;
    const auto rejected = [&](const std::vector<std::optional<double>>& adjusted) {
      std::size_t out = 0;
      for (std::size_t i = 0; i < adjusted.size(); ++i) {
        BOOST_TEST(adjusted[i].has_value() == p_values[i].has_value());
        out += adjusted[i] && *adjusted[i] <= level ? 1 : 0;
      }
      return out;
    };
    BOOST_TEST(rejected(HolmAdjusted(p_values)) == holm);
    BOOST_TEST(rejected(BenjaminiHochbergAdjusted(p_values)) == rate);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Ungraded)

BOOST_AUTO_TEST_CASE(BoundsTakeThemEitherWay) {
  std::vector<MaybeGradedPair> pairs;
  for (int i = 0; i < 20; ++i) pairs.push_back({0, i, i, i < 12 ? 1.0 : 0.0, i < 8 ? 1.0 : 0.0});
  const DifferenceBounds whole = BoundDifference(pairs);
  BOOST_TEST(whole.n_ungraded == 0);
  BOOST_TEST(*whole.graded == 0.2, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(whole.worst == whole.best);
  pairs[0].arm.reset();        // solved by the baseline: -1 or 0
  pairs[19].baseline.reset();  // not solved by the arm: -1 or 0
  pairs[10].arm.reset();       // neither side known: -1 or 1
  pairs[10].baseline.reset();
  const DifferenceBounds got = BoundDifference(pairs);
  BOOST_TEST(got.n_pairs == 20);
  BOOST_TEST(got.n_ungraded == 3);
  BOOST_TEST(*got.graded == 3.0 / 17, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.worst == 0.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.best == 4.0 / 20, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(*got.worst_test.p_value == 1.0);
  BOOST_TEST(*got.best_test.p_value == 2.0 / 16);  // four differences, all one way
  const DifferenceBounds none = BoundDifference({{0, 1, 1, std::nullopt, std::nullopt}});
  BOOST_TEST(!none.graded.has_value());
  BOOST_TEST(none.worst == -1.0);
  BOOST_TEST(none.best == 1.0);
  BOOST_TEST(!none.best_test.p_value.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
