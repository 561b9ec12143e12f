// Agreement: how far judges agree beyond what their habits alone would give.
//
// Intervals are delete-one-cluster jackknife intervals (Tukey, "Bias and confidence in not quite
// large samples", 1958; for agreement: Gwet, "Handbook of Inter-Rater Reliability", 4th edition,
// 2014, chapter 5) with Student's quantile, because ratings of one document are not independent.
// Nothing below two clusters, or where the figure does not exist (every rating the same). Pure.
#pragma once

#include <optional>
#include <vector>

#include "stats/summary.h"

namespace hone {

struct Agreement {
  std::optional<double> value;  // 1: perfect, 0: as by habit; nothing when it does not exist
  std::optional<Interval> interval;
  double observed = 0;  // share of pairs of ratings that agree
  double expected = 0;  // what habit alone would give
  int n_items = 0;
};

// What two judges said of one item: categories 0, 1, ...
struct PairRating {
  int cluster = 0;
  int a = 0;
  int b = 0;
};

// Cohen's kappa ("A coefficient of agreement for nominal scales", Educational and Psychological
// Measurement 20, 1960): each judge has a habit of its own.
Agreement CohenKappa(const std::vector<PairRating>& ratings, double level = 0.95);

// How many judges put one item into each category. Items may have different numbers of judges;
// those with fewer than two don't count.
struct CountRating {
  int cluster = 0;
  std::vector<int> counts;
};

// Fleiss' kappa ("Measuring nominal scale agreement among many raters", Psychological Bulletin 76,
// 1971), any two or more judges.
Agreement FleissKappa(const std::vector<CountRating>& ratings, double level = 0.95);

// Gwet's AC1 ("Computing inter-rater reliability and its variance in the presence of high
// agreement", British Journal of Mathematical and Statistical Psychology 61, 2008): does not fall
// apart when nearly all ratings are of one category, as verdicts of easy rubrics are.
Agreement GwetAc1(const std::vector<CountRating>& ratings, double level = 0.95);

}  // namespace hone
