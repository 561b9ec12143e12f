// Item tests: classic tests over single items, for readers who expect them.
//
// They take items as independent, which items of one document are not: a table labels them "item
// level" and never marks by them (the mark is stats/paired_test.h). Pure; any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace hone {

// McNemar's question ("Note on the sampling error of the difference between correlated proportions
// or percentages", Psychometrika 12, 1947): of the items on which two arms disagree, is each side
// right as often? `exact` is the two-sided binomial p-value, `mid` counts half of what was observed
// (Lancaster, "Significance tests in discrete distributions", JASA 56, 1961; recommended by
// Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91, 2013).
struct McNemar {
  int64_t gained = 0;  // solved by the arm only
  int64_t lost = 0;    // solved by the baseline only
  double exact = 1;
  double mid = 1;
};
// REQUIRES: gained, lost >= 0.
McNemar McNemarTest(int64_t gained, int64_t lost);

// Wilcoxon's signed-rank test ("Individual comparisons by ranking methods", Biometrics Bulletin 1,
// 1945), two-sided. Differences of 0 are dropped, equal sizes share their mean rank. Up to 200
// differences the p-value is exact given the ranks, ties included (counted by sums, as in
// Streitberg and Roehmel, "Exact distributions for permutation and rank tests", 1986); beyond, the
// normal distribution with corrections for ties and continuity.
struct SignedRank {
  int n_used = 0;       // without zeros
  double positive = 0;  // sum of ranks of positive differences
  double negative = 0;
  double p_value = 1;
  bool is_exact = true;
};
inline constexpr int kMostRanksForExactTest = 200;
SignedRank WilcoxonTest(const std::vector<double>& differences);

}  // namespace hone
