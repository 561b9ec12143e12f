// Intervals: rates and paired differences with the uncertainty of new runs and new documents.
//
// A rate gets Wilson's score interval ("Probable inference, the law of succession, and statistical
// inference", 1927), its number of trials the effective one, rate (1 - rate) / variance, and its
// normal quantile Student's (Korn and Graubard, "Confidence intervals for proportions with small
// expected number of positive counts estimated from survey data", Survey Methodology 24, 1998,
// Dean and Pagano, "Evaluating confidence interval methods for binomial proportions in clustered
// surveys", JSSAM 3, 2015), with variance and degrees of freedom of stats/cluster_variance.h. A
// difference gets Student's interval around pseudo-observations (Agresti and Min, "Simple improved
// confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005: t^2/4
// pairs that differ and t^2/4 that do not). Where nothing varied, a rate of 0 or 1 or arms that
// agree everywhere, the items count as independent trials; the interval is never a point.
//
// With two runs or more the parts of clusters and of runs, each with its own degrees of freedom,
// are joined as distances from the estimate (Zou and Donner, "Construction of confidence limits
// about effect measures", Statistics in Medicine 27, 2008), and the interval is never inside that
// of clusters alone. With one run only clusters count: the interval then speaks of other items, not
// of another training run ("items only").
//
// Coverage, 10,000 draws a setting (tests/simulation/coverage.cc), rates of 0.02 to 0.98 with and
// without effects of documents: of one run and 500 documents 94.6 to 95.2 %, of 12 documents 94.6
// to 97.3 %, of 6 documents 96 % or more; of three runs 95.1 % or more, whether runs differ or not.
// The price is width where little is known: three runs that might differ make intervals a fifth to
// a quarter wider than if they were known not to. Still too short (80 to 92 %) where the tasks of a
// document are solved all or none and there are but some dozens of documents: no sample shows what
// it has not seen.
//
// Pure and deterministic: equal observations in any order give equal bits.
#pragma once

#include <optional>
#include <vector>

#include "stats/observation.h"
#include "stats/summary.h"

namespace hone {

enum class IntervalBasis {
  kRunsAndClusters,
  kItemsOnly,  // one run: other runs are not spoken of
  kNone,       // fewer than two clusters: no interval
};

struct RateEstimate {
  std::optional<double> value;  // the rate or difference; nothing when nothing has weight
  std::optional<Interval> interval;
  IntervalBasis basis = IntervalBasis::kNone;
  int n_items = 0;     // distinct items that count
  int n_clusters = 0;  // clusters that hold them
  int n_runs = 0;      // of a difference: of the side that has fewer
};

// sum(weight * value) / sum(weight) over all runs.
RateEstimate EstimateRate(const std::vector<Observation>& observations, double level = 0.95);

// The same of values of any size: Student's interval around the mean.
RateEstimate EstimateMean(const std::vector<Observation>& observations, double level = 0.95);

// Rate of `arm` minus rate of `baseline` on the items that both have. Runs are paired when both
// sides have the same run labels.
RateEstimate EstimateDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                                double level = 0.95);

}  // namespace hone
