#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "stats/distributions.h"
#include "stats/random_stream.h"
#include "stats/summary.h"

namespace hone {
namespace {

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

// Two-sided 95 % intervals for the single proportion, as printed by Newcombe (Statistics in
// Medicine 17, 1998, table I): the score method and the exact method.
BOOST_AUTO_TEST_CASE(MatchesNewcombesTable) {
  struct Case {
    double successes, trials, score_low, score_high, exact_low, exact_high;
  };
  const std::vector<Case> cases = {{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
                                   {15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
                                   {0, 20, 0.0000, 0.1611, 0.0000, 0.1684},
                                   {1, 29, 0.0061, 0.1718, 0.0009, 0.1776}};
  for (const Case& test : cases) {
    const Interval score = WilsonInterval(test.successes, test.trials);
    const Interval exact = ClopperPearsonInterval(test.successes, test.trials);
    BOOST_TEST(std::fabs(score.low - test.score_low) < 6e-5);
    BOOST_TEST(std::fabs(score.high - test.score_high) < 6e-5);
    BOOST_TEST(std::fabs(exact.low - test.exact_low) < 6e-5);
    BOOST_TEST(std::fabs(exact.high - test.exact_high) < 6e-5);
  }
  BOOST_TEST(ClopperPearsonInterval(3, 0).high == 1.0);
  BOOST_TEST(ClopperPearsonInterval(5, 5).high == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Distributions)

// Student's t as every textbook prints it, 0.975 quantiles.
BOOST_AUTO_TEST_CASE(MatchesPrintedTables) {
  struct Case {
    double df, t;
  };
  for (const Case& test : std::vector<Case>{{1, 12.706},
                                            {2, 4.303},
                                            {3, 3.182},
                                            {5, 2.571},
                                            {10, 2.228},
                                            {30, 2.042},
                                            {120, 1.980}}) {
    BOOST_TEST(std::fabs(StudentQuantile(0.975, test.df) - test.t) < 6e-4);
    BOOST_TEST(std::fabs(StudentTwoSided(test.t, test.df) - 0.05) < 1e-4);
  }
  BOOST_TEST(std::fabs(NormalQuantile(0.975) - 1.959963984540054) < 1e-12);
  BOOST_TEST(std::fabs(NormalCdf(-1.6448536269514722) - 0.05) < 1e-12);
}

// One degree of freedom is Cauchy's distribution, two have a closed form too.
BOOST_AUTO_TEST_CASE(MatchesClosedForms) {
  for (const double t : {0.001, 0.3, 1.0, 5.0, 80.0}) {
    const double one = 1 - 2 / M_PI * std::atan(t);
    BOOST_TEST(StudentTwoSided(t, 1) == one, boost::test_tools::tolerance(1e-9));
    const double two = 1 - t / std::sqrt(2 + t * t);
    BOOST_TEST(std::fabs(StudentTwoSided(t, 2) - two) < 1e-12);
    BOOST_TEST(StudentTwoSided(-t, 2) == StudentTwoSided(t, 2));
  }
  BOOST_TEST(std::fabs(BetaCdf(0.3, 1, 1) - 0.3) < 1e-12);
  BOOST_TEST(std::fabs(BetaCdf(0.3, 2, 1) - 0.09) < 1e-12);
}

BOOST_AUTO_TEST_CASE(BinomialIsTheSumOfItsTerms) {
  for (const int n : {1, 7, 40}) {
    for (const double p : {0.02, 0.5, 0.9}) {
      double term = std::pow(1 - p, n);
      double sum = 0;
      for (int k = 0; k < n; ++k) {
        sum += term;
        BOOST_TEST(std::fabs(BinomialCdf(k, n, p) - sum) < 1e-12);
        term *= p / (1 - p) * (n - k) / (k + 1);
      }
      BOOST_TEST(BinomialCdf(n, n, p) == 1.0);
      BOOST_TEST(BinomialCdf(-1, n, p) == 0.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(QuantilesInvert) {
  for (const double p : {1e-9, 0.001, 0.025, 0.5, 0.7, 0.999}) {
    for (const double a : {0.5, 1.0, 3.5, 250.0}) {
      for (const double b : {0.5, 1.0, 20.0}) {
        BOOST_TEST(BetaCdf(BetaQuantile(p, a, b), a, b) == p, boost::test_tools::tolerance(1e-8));
      }
      BOOST_TEST(std::fabs(StudentTwoSided(StudentQuantile(p, a), a) - 2 * std::min(p, 1 - p)) <
                 1e-9);
    }
  }
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

}  // namespace
}  // namespace hone
