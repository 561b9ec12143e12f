// VarianceSplit: where the variation of a score comes from, and what a design could detect.
//
// The model is value = mean + cluster + item within cluster + run + rest, with every item in every
// run. The parts are those that make the expected mean squares equal the observed ones (method of
// moments, "ANOVA estimators": Searle, Casella and McCulloch, "Variance Components", 1992, chapters
// 4 and 5, unequal clusters as in their 3.6); a negative estimate is 0. Items missing from a run
// are left out and counted. Weights are not used. Pure; any thread.
//
// Of a difference between two arms, split what `PairDifferences` gives: parts that both arms share
// cancel in it.
#pragma once

#include <optional>
#include <vector>

#include "stats/observation.h"

namespace hone {

struct VarianceSplit {
  double mean = 0;
  double clusters = 0;
  double items = 0;                // within clusters; of one run: with the rest
  std::optional<double> runs;      // nothing with one run
  std::optional<double> residual;  // items x runs; nothing with one run
  int n_clusters = 0, n_items = 0, n_runs = 0;
  int n_left_out = 0;  // items that some run lacks
};

// Nothing with fewer than two clusters, or when no cluster holds two items.
std::optional<VarianceSplit> SplitVariance(const std::vector<Observation>& observations);

// `arm` minus `baseline` where both have the item in the same run.
std::vector<Observation> PairDifferences(const std::vector<Observation>& arm,
                                         const std::vector<Observation>& baseline);

struct StudyDesign {
  int clusters = 0;
  double items_per_cluster = 1;
  int runs = 1;
};

// The smallest true difference that a test at `level` of a study of that design finds with
// probability `power`: (t(1 - level/2) + t(power)) standard errors (Bloom, "Minimum detectable
// effects", Evaluation Review 19, 1995), Student's quantiles with clusters - 1 degrees of freedom.
// `of_differences` is the split of paired differences; runs count as drawn when it knows their
// part, so that more clusters cannot make up for too few runs. Nothing below two clusters.
std::optional<double> MinimumDetectableEffect(const VarianceSplit& of_differences,
                                              const StudyDesign& design, double level = 0.05,
                                              double power = 0.8);

}  // namespace hone
