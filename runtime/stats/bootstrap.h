// Bootstrap: the percentile interval of resampled runs and clusters, for what has no formula.
//
// Percentile interval (Efron, "Nonparametric standard errors and confidence intervals", 1981) of a
// bootstrap that draws runs with replacement, then clusters with replacement, the same clusters in
// every drawn run: items are crossed with runs, not nested in them (Owen, "The pigeonhole
// bootstrap", 2007). Items stay together in their cluster. With one run only clusters are drawn.
//
// With few clusters this interval is too short, and none at all for a rate of 0 or 1: tables use
// stats/intervals.h, whose coverage is simulated beside this one's (tests/simulation).
//
// Pure and deterministic: equal observations in any order and an equal seed give equal bits.
#pragma once

#include <string>
#include <vector>

#include "stats/intervals.h"
#include "stats/observation.h"

namespace hone {

struct BootstrapOptions {
  int resamples = 2000;
  double level = 0.95;
  std::string seed = "hone intervals";
};

// sum(weight * value) / sum(weight) over all runs.
RateEstimate BootstrapRate(const std::vector<Observation>& observations,
                           const BootstrapOptions& options = {});

// Rate of `arm` minus rate of `baseline` on the items that both have. Both sides get the same drawn
// clusters, and the same drawn runs when they have the same run labels (else each its own).
RateEstimate BootstrapDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                                 const BootstrapOptions& options = {});

}  // namespace hone
