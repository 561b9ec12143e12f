// PairedDifference: an arm against its baseline, over the tasks that both attempted under the same
// replicate.
//
// Value, interval and test are over pairs graded on both sides. Where a side is ungraded (a judge
// cut off by its token limit, say) the difference could be anything between `worst` and `best`:
// over all pairs, ungraded attempts count as not solved for one side and as solved for the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/attempt_set.h"
#include "stats/summary.h"

namespace hone {

// Item-level extras: they take pairs as independent of each other, which items of one document are
// not; shown on request and labelled so.
struct DifferenceExtras {
  int64_t flips_up = 0, flips_down = 0;  // baseline failed and arm solved; the reverse
  std::optional<double> mcnemar_p;
  std::optional<double> wilcoxon_p;
  std::optional<double> p_bh;  // Benjamini-Hochberg over the differences of the table
  std::optional<double> mde;   // smallest true difference found with power 0.8, as a share
};

struct PairedDifference {
  std::string baseline;
  int64_t pairs = 0, clusters = 0, replicates = 0;  // replicates: distinct ones
  double value = 0;
  std::optional<Interval> interval;
  std::optional<double> p;                // test on cluster means; absent: too few clusters
  std::optional<double> p_holm;           // corrected for the differences of this table
  std::optional<double> p_of_runs;        // that of other training runs; absent with one run
  int64_t ungraded_pairs = 0;             // ungraded on one side or both
  std::optional<Interval> bounds;         // low: worst, high: best; nothing without ungraded pairs
  std::optional<double> p_worst, p_best;  // the test of these, uncorrected
  std::optional<DifferenceExtras> extras;
};

struct DifferenceOptions {
  std::string seed;  // of the test's random patterns
  bool test = true;
  bool extras = false;
};

// `arm` and `baseline` are indexes of arms; the attempts are theirs, chosen by the caller.
PairedDifference CompareArms(const ReportData& data, const AttemptSet& set, int arm, int baseline,
                             const Attempts& of_arm, const Attempts& of_baseline,
                             const DifferenceOptions& options);

}  // namespace hone
