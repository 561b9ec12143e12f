#include "stats/item_tests.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "stats/random_stream.h"

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(ItemTests)

// Fagerland, Lydersen and Laake (BMC Medical Research Methodology 13:91, 2013, table 2): airway
// hyper-responsiveness before and after transplantation, 1 and 7 discordant pairs. Exact
// conditional 0.070, mid-p 0.039.
BOOST_AUTO_TEST_CASE(AirwayHyperResponsiveness) {
  const McNemar got = McNemarTest(1, 7);
  BOOST_TEST(got.exact == 18.0 / 256, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(got.mid == 10.0 / 256, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(McNemarTest(7, 1).mid == got.mid);
}

BOOST_AUTO_TEST_CASE(McNemarIsTheBinomialSum) {
  for (int all = 0; all <= 20; ++all) {
    for (int gained = 0; gained <= all; ++gained) {
      // Every outcome as far from the middle or farther; half of the observed one and its mirror.
      double exact = 0;
      double mid = 0;
      double share = std::pow(0.5, all);
      for (int k = 0; k <= all; ++k) {
        const int far = std::abs(2 * k - all);
        const int observed = std::abs(2 * gained - all);
        if (far >= observed) exact += share;
        if (far > observed) mid += share;
        if (far == observed) mid += share / 2;
        share *= static_cast<double>(all - k) / (k + 1);
      }
      const McNemar got = McNemarTest(gained, all - gained);
      BOOST_TEST(std::fabs(got.exact - exact) < 1e-12);
      if (all > 0) BOOST_TEST(std::fabs(got.mid - mid) < 1e-12);
    }
  }
  BOOST_TEST(McNemarTest(0, 0).mid == 1.0);
  BOOST_TEST(McNemarTest(600, 400).exact < 1e-9);
}

double ShareByEnumeration(std::vector<double> ranks, double smaller) {
  double total = 0;
  for (const double rank : ranks) total += rank;
  int hits = 0;
  for (unsigned signs = 0; signs < (1U << ranks.size()); ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) sum += ((signs >> i) & 1U) != 0 ? ranks[i] : 0;
    hits += std::min(sum, total - sum) <= smaller + 1e-9 ? 1 : 0;
  }
  return hits / std::pow(2.0, static_cast<double>(ranks.size()));
}

// Wilcoxon (1945, "Paired comparisons") on Darwin's maize plants: the negative differences have
// ranks 10 and 14, sum 24. The p-value is that of all 2^15 patterns of signs.
BOOST_AUTO_TEST_CASE(WilcoxonsMaize) {
  const SignedRank got = WilcoxonTest({6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75});
  BOOST_TEST(got.negative == 24.0);
  BOOST_TEST(got.positive == 96.0);
  BOOST_TEST(got.is_exact);
  std::vector<double> ranks;
  for (int i = 1; i <= 15; ++i) ranks.push_back(i);
  BOOST_TEST(got.p_value == ShareByEnumeration(ranks, 24), boost::test_tools::tolerance(1e-9));
  BOOST_TEST(std::fabs(got.p_value - 0.04126) < 5e-6);
}

BOOST_AUTO_TEST_CASE(TiesShareARankAndZerosGo) {
  // Sizes 1 1 2 3 3 3: ranks 1.5 1.5 3 5 5 5.
  const SignedRank got = WilcoxonTest({0, 1, -1, 2, 3, 3, -3, 0});
  BOOST_TEST(got.n_used == 6);
  BOOST_TEST(got.negative == 6.5);
  BOOST_TEST(got.positive == 14.5);
  BOOST_TEST(got.p_value == ShareByEnumeration({1.5, 1.5, 3, 5, 5, 5}, 6.5),
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(WilcoxonTest({0, 0}).p_value == 1.0);
  BOOST_TEST(WilcoxonTest({}).n_used == 0);
  // 0.1 + 0.2 and 0.3 differ by rounding alone.
  BOOST_TEST(WilcoxonTest({0.1 + 0.2, -0.3, 0.3}).negative == 2.0);
}

BOOST_AUTO_TEST_CASE(NormalMeetsExact) {
  RandomStream random("ranks");
  std::vector<double> differences;
  for (int i = 0; i < kMostRanksForExactTest; ++i) {
    differences.push_back(static_cast<double>(random.Int(-40, 50)) + 0.5);
  }
  const SignedRank exact = WilcoxonTest(differences);
  differences.push_back(0.25);  // the smallest of all: hardly changes a thing
  const SignedRank normal = WilcoxonTest(differences);
  BOOST_TEST(exact.is_exact);
  BOOST_TEST(!normal.is_exact);
  BOOST_TEST(std::fabs(exact.p_value - normal.p_value) < 0.02 * exact.p_value + 0.001);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
