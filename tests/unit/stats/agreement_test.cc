#include "stats/agreement.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "stats/random_stream.h"

namespace hone {
namespace {

// counts[a][b] items that judge a called a and judge b called b; each its own cluster.
std::vector<PairRating> Pairs(const std::vector<std::vector<int>>& counts) {
  std::vector<PairRating> out;
  for (std::size_t a = 0; a < counts.size(); ++a) {
    for (std::size_t b = 0; b < counts[a].size(); ++b) {
      for (int i = 0; i < counts[a][b]; ++i) {
        out.push_back({static_cast<int>(out.size()), static_cast<int>(a), static_cast<int>(b)});
      }
    }
  }
  return out;
}

std::vector<CountRating> AsCounts(const std::vector<PairRating>& pairs, std::size_t categories) {
  std::vector<CountRating> out;
  for (const PairRating& each : pairs) {
    CountRating rating{each.cluster, std::vector<int>(categories, 0)};
    rating.counts[static_cast<std::size_t>(each.a)] += 1;
    rating.counts[static_cast<std::size_t>(each.b)] += 1;
    out.push_back(rating);
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(Agreements)

// Cohen (1960, table 1): 200 patients, three diagnoses, observed 0.70, by chance 0.41, kappa 0.49.
BOOST_AUTO_TEST_CASE(CohensPatients) {
  const Agreement got = CohenKappa(Pairs({{88, 10, 2}, {14, 40, 6}, {18, 10, 12}}));
  BOOST_TEST(got.observed == 0.70, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.expected == 0.41, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(*got.value == 0.29 / 0.59, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.n_items == 200);
}

// Large-sample variance by the delta method, from numerical slopes over the cells' probabilities:
// what Fleiss, Cohen and Everitt (1969) give in closed form. With many items of their own clusters
// the jackknife must come to the same.
BOOST_AUTO_TEST_CASE(IntervalIsTheDeltaMethods) {
  const std::vector<std::vector<int>> counts = {{440, 50, 10}, {70, 200, 30}, {90, 50, 60}};
  const Agreement got = CohenKappa(Pairs(counts));
  std::vector<double> p;
  for (const auto& row : counts) {
    for (const int count : row) p.push_back(count / 1000.0);
  }
  const auto kappa = [](const std::vector<double>& of) {
    double all = 0, agree = 0, chance = 0;
    for (const double each : of) all += each;
    for (std::size_t i = 0; i < 3; ++i) {
      agree += of[i * 4] / all;
      double row = 0, column = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        row += of[i * 3 + j] / all;
        column += of[j * 3 + i] / all;
      }
      chance += row * column;
    }
    return (agree - chance) / (1 - chance);
  };
  double squares = 0;
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    std::vector<double> up = p, down = p;
    up[i] += 1e-6;
    down[i] -= 1e-6;
    const double slope = (kappa(up) - kappa(down)) / 2e-6;
    squares += p[i] * slope * slope;
    sum += p[i] * slope;
  }
  const double half = 1.9623415 * std::sqrt((squares - sum * sum) / 1000);
  BOOST_TEST(got.interval->high - *got.value == half, boost::test_tools::tolerance(0.01));
  BOOST_TEST(*got.value - got.interval->low == half, boost::test_tools::tolerance(0.01));
}

// Fleiss' kappa of the much printed table of 10 subjects by 14 judges: 0.210.
BOOST_AUTO_TEST_CASE(FourteenJudges) {
  const std::vector<std::vector<int>> rows = {
      {0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
      {7, 7, 0, 0, 0},  {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}};
  std::vector<CountRating> ratings;
  for (const auto& row : rows) ratings.push_back({static_cast<int>(ratings.size()), row});
  const Agreement got = FleissKappa(ratings);
  BOOST_TEST(std::fabs(got.observed - 0.378) < 5e-4);
  BOOST_TEST(std::fabs(got.expected - 0.213) < 5e-4);
  BOOST_TEST(std::fabs(*got.value - 0.210) < 5e-4);
  BOOST_TEST(got.interval->low < 0.210);
  ratings.push_back({99, {1, 0, 0, 0, 0}});  // one judge alone agrees with nobody
  BOOST_TEST(*FleissKappa(ratings).value == *got.value);
}

// The paradox that AC1 was made for: two judges agree on 118 of 125, kappa is below 0 and AC1 is
// 0.94, by hand: expected 2 * 0.972 * 0.028.
BOOST_AUTO_TEST_CASE(HighAgreementOfOneKind) {
  const std::vector<PairRating> pairs = Pairs({{118, 5}, {2, 0}});
  BOOST_TEST(*CohenKappa(pairs).value < 0.0);
  const double expected = 2 * 0.972 * 0.028;
  const Agreement got = GwetAc1(AsCounts(pairs, 2));
  BOOST_TEST(*got.value == (0.944 - expected) / (1 - expected), boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.interval->low > 0.88);
  BOOST_TEST(got.interval->high < 1.0);
}

BOOST_AUTO_TEST_CASE(EdgesAndClusters) {
  BOOST_TEST(*CohenKappa(Pairs({{5, 0}, {0, 5}})).value == 1.0);
  BOOST_TEST(*CohenKappa(Pairs({{0, 5}, {5, 0}})).value == -1.0);
  const Agreement same = CohenKappa(Pairs({{9}}));  // nobody ever said anything else
  BOOST_TEST(!same.value.has_value());
  BOOST_TEST(same.observed == 1.0);
  BOOST_TEST(*GwetAc1(AsCounts(Pairs({{9, 0}, {0, 0}}), 2)).value == 1.0);
  BOOST_TEST(!CohenKappa({}).value.has_value());
  // Ten copies of every item in one cluster say no more than one.
  RandomStream random("copies");
  std::vector<PairRating> once, copied;
  for (int i = 0; i < 30; ++i) {
    const auto a = static_cast<int>(random.Below(2));
    const int b = random.Below(4) == 0 ? 1 - a : a;
    once.push_back({i, a, b});
    for (int copy = 0; copy < 10; ++copy) copied.push_back({i, a, b});
  }
  BOOST_TEST(CohenKappa(copied).interval->low == CohenKappa(once).interval->low,
             boost::test_tools::tolerance(1e-9));
  for (PairRating& each : copied) each.cluster = 0;
  BOOST_TEST(!CohenKappa(copied).interval.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
