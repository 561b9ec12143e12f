// Intervals: rates and paired differences with the uncertainty of new runs and new documents.
//
// The interval is the percentile interval (Efron, "Nonparametric standard errors and confidence
// intervals", 1981) of a bootstrap that draws runs with replacement, then clusters with
// replacement, the same clusters in every drawn run: items are crossed with runs, not nested in
// them (Owen, "The pigeonhole bootstrap", 2007). Items stay together in their cluster. With one run
// only clusters are drawn: the interval then speaks of other items, not of another training run
// ("items only").
//
// Pure and deterministic: equal observations in any order and an equal seed give equal bits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/observation.h"
#include "stats/summary.h"

namespace hone {

struct BootstrapOptions {
  int resamples = 2000;
  double level = 0.95;
  std::string seed = "hone intervals";
};

enum class IntervalBasis {
  kRunsAndClusters,
  kItemsOnly,  // one run: clusters alone were drawn
  kNone,       // fewer than two clusters: no interval
};

struct Estimate {
  std::optional<double> value;  // the rate or difference; nothing when nothing has weight
  std::optional<Interval> interval;
  IntervalBasis basis = IntervalBasis::kNone;
  int n_items = 0;     // distinct items that count
  int n_clusters = 0;  // clusters that hold them
  int n_runs = 0;      // of a difference: of the side that has fewer
};

// sum(weight * value) / sum(weight) over all runs.
Estimate EstimateRate(const std::vector<Observation>& observations,
                      const BootstrapOptions& options = {});

// Rate of `arm` minus rate of `baseline` on the items that both have. Both sides get the same drawn
// clusters, and the same drawn runs when they have the same run labels (else each its own).
Estimate EstimateDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                            const BootstrapOptions& options = {});

}  // namespace hone
