#include "skill/replay_score.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "skill/rational.h"

namespace hone {
namespace {

ReplayRule Rule(const char* smoothing, const char* empty, const char* combine) {
  return *ReplayRule::FromNames(smoothing, empty, combine);
}

BOOST_AUTO_TEST_SUITE(ReplayScores)

BOOST_AUTO_TEST_CASE(FractionsAreExact) {
  BOOST_TEST(Rational(6, -8).Text() == "-3/4");
  BOOST_TEST(Rational(4, 2).Text() == "2");
  BOOST_TEST((Rational(1, 3) + Rational(1, 6)).Text() == "1/2");
  BOOST_TEST((Rational(2, 3) * Rational(3, 4)).Text() == "1/2");
  BOOST_TEST((Rational(1, 3) + Rational(1, 3) + Rational(1, 3) == Rational(1)));
  BOOST_TEST((Rational(333333, 1000000) < Rational(1, 3)));
  BOOST_TEST((Rational(-1, 2) < Rational(0)));
  // Doubles cannot tell these two apart.
  BOOST_TEST((Rational(9007199254740993, 9007199254740992) > Rational(1)));
}

BOOST_AUTO_TEST_CASE(ScoresAsDocumented) {
  struct Case {
    const char* smoothing;
    const char* empty;
    const char* combine;
    CandidateCounts counts;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"", "", "", {{1, 3}, {2, 2}}, "1/2"},
      {"n_plus_1", "one", "product", {{2, 3}, {4, 5}}, "5/8"},
      {"n_plus_1", "one", "sum", {{2, 3}, {4, 5}}, "19/12"},
      {"n_plus_1", "one", "hard", {{2, 3}, {4, 5}}, "3/4"},
      {"n_plus_1", "one", "easy", {{2, 3}, {4, 5}}, "5/6"},
      {"n_plus_2", "one", "product", {{2, 3}, {4, 5}}, "3/7"},
      {"none", "one", "product", {{2, 3}, {4, 5}}, "8/15"},
      {"none", "one", "product", {{0, 3}, {4, 5}}, "0"},
      {"none", "one", "product", {{0, 0}, {4, 5}}, "4/5"},
      {"none", "zero", "product", {{0, 0}, {4, 5}}, "0"},
      {"none", "zero", "sum", {{0, 0}, {4, 5}}, "4/5"},
      {"none", "one", "sum", {{0, 0}, {4, 5}}, "9/5"},
      {"none", "skip", "sum", {{0, 0}, {4, 5}}, "4/5"},
      {"none", "skip", "product", {{0, 0}, {4, 5}}, "4/5"},
      {"none", "skip", "product", {{0, 0}, {0, 0}}, "0"},
      {"n_plus_2", "one", "product", {{0, 0}, {0, 0}}, "1"},
      {"none", "skip", "hard", {{0, 0}, {4, 5}}, "0"},
  };
  for (const Case& test : cases) {
    const auto ranking =
        RankCandidates({test.counts}, Rule(test.smoothing, test.empty, test.combine));
    BOOST_REQUIRE(ranking.ok());
    BOOST_TEST(ranking->scores[0].score.Text() == test.want);
  }
}

BOOST_AUTO_TEST_CASE(WeightsAreExactThousandths) {
  ReplayRule rule = Rule("none", "one", "weighted");
  BOOST_REQUIRE(rule.SetWeights(0.7, 0.3).ok());
  const auto ranking = RankCandidates({{{1, 3}, {2, 2}}, {{0, 0}, {1, 3}}}, rule);
  BOOST_REQUIRE(ranking.ok());
  BOOST_TEST(ranking->scores[0].score.Text() == "8/15");  // 7/10 * 1/3 + 3/10
  BOOST_TEST(ranking->scores[1].score.Text() == "4/5");   // 7/10 + 3/10 * 1/3
  BOOST_TEST(ranking->best == 1U);
  rule.empty = EmptySetRule::kSkip;
  BOOST_TEST(RankCandidates({{{0, 0}, {1, 3}}}, rule)->scores[0].score.Text() == "1/10");
  // The largest counts that are taken.
  BOOST_REQUIRE(rule.SetWeights(0.999, 0.001).ok());
  BOOST_TEST(RankCandidates({{{999'999, 1'000'000}, {1, 999'999}}}, rule).ok());
  for (const auto& [hard, easy] :
       {std::pair(0.7005, 0.3), std::pair(-0.1, 0.3), std::pair(0.7, 1.001), std::pair(0.0, 0.0)}) {
    BOOST_TEST(!rule.SetWeights(hard, easy).ok());
  }
}

BOOST_AUTO_TEST_CASE(TheEarliestOfEqualsWins) {
  const ReplayRule rule;
  // 3/4 * 1/2 and 1/2 * 3/4 are equal only when nothing rounds.
  const auto tie = RankCandidates({{{0, 3}, {0, 3}}, {{2, 3}, {1, 3}}, {{1, 3}, {2, 3}}}, rule);
  BOOST_REQUIRE(tie.ok());
  BOOST_TEST(tie->best == 1U);
  const auto later = RankCandidates({{{1, 3}, {2, 3}}, {{2, 3}, {2, 3}}}, rule);
  BOOST_TEST(later->best == 1U);
}

BOOST_AUTO_TEST_CASE(RefusesNonsense) {
  BOOST_TEST(!RankCandidates({}, {}).ok());
  for (const CandidateCounts& counts :
       {CandidateCounts{{2, 1}, {0, 0}}, CandidateCounts{{0, 0}, {-1, 0}},
        CandidateCounts{{0, 1'000'001}, {0, 0}}}) {
    const auto ranking = RankCandidates({{{1, 1}, {1, 1}}, counts}, {});
    BOOST_REQUIRE(!ranking.ok());
    BOOST_TEST(ranking.error().message.starts_with("candidate 2, "));
  }
  const auto rule = ReplayRule::FromNames("n_plus1", "", "");
  BOOST_REQUIRE(!rule.ok());
  BOOST_TEST(rule.error().message == "smoothing: there is no 'n_plus1'; did you mean 'n_plus_1'?");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
