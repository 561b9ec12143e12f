// ClusterVariance: how far a rate, or a difference of two, may be from the truth because other
// documents, or other training runs, could have been drawn.
//
// Linearised: the influence of a (run, cluster) cell on a ratio of sums is
// sum(weight * (value - rate)) / sum(weight) (Woodruff, "A simple method for approximating the
// variance of a complicated estimate", 1971), and influences of the baseline are subtracted. From
// sums of influences over clusters and over runs:
//   clusters   the cluster-robust variance with the leverage correction CR2 (Bell and McCaffrey,
//              "Bias reduction in standard errors for linear regression with multi-stage samples",
//              Survey Methodology 28, 2002)
//   runs       the same over runs
//   residual   what both count: the part of a cell that neither its run nor its cluster explains.
//              The total is clusters + runs - residual (Cameron, Gelbach and Miller, "Robust
//              inference with multiway clustering", JBES 29, 2011)
// Degrees of freedom are Satterthwaite's for the CR2 quadratic form under independent items (Bell
// and McCaffrey; Imbens and Kolesar, "Robust standard errors in small samples", REStat 98, 2016):
// one less than the number of clusters when these are of one size, fewer when they are not.
//
// Pure, deterministic; any thread.
#pragma once

#include <vector>

#include "stats/observation.h"

namespace hone {

struct ClusterVariance {
  double clusters = 0;
  double cluster_df = 1;
  bool has_runs = false;  // false: `runs` and `residual` are 0
  double runs = 0;
  double run_df = 1;
  double residual = 0;
};

// REQUIRES: two clusters or more; for a difference, the same clusters on both sides.
ClusterVariance VarianceOfRate(const ObservationGrid& grid, double rate);
ClusterVariance VarianceOfDifference(const ObservationGrid& arm, double arm_rate,
                                     const ObservationGrid& baseline, double baseline_rate);

// Satterthwaite's degrees of freedom for groups that hold the given shares (which sum to 1).
double SatterthwaiteDf(const std::vector<double>& shares);

// The two-sided p-value of `value` = 0 under the variance: Student's test when there is one run,
// else the level at which value^2 = t1^2 (clusters - residual) + t2^2 runs, with each t of its own
// degrees of freedom; never below the former. Its level holds whatever the shares of the two
// (Banerjee, "Approximate confidence interval for linear functions of means of k populations when
// the population variances are not equal", Sankhya 22, 1960).
double PValueOfZero(double value, const ClusterVariance& variance);

}  // namespace hone
