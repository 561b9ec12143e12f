#include "report/difference_extras.h"

#include "report/result_table.h"
#include "stats/item_tests.h"
#include "stats/multiplicity.h"
#include "stats/variance_split.h"

namespace hone {
namespace {

// The design that was run, for the effect that it could have found.
StudyDesign DesignOf(const VarianceSplit& split) {
  StudyDesign design;
  design.clusters = split.n_clusters;
  design.runs = split.n_runs;
  design.items_per_cluster = static_cast<double>(split.n_items) / split.n_clusters;
  return design;
}

}  // namespace

DifferenceExtras ExtrasOf(const AttemptSet& set, const AttemptPairs& pairs) {
  DifferenceExtras out;
  std::vector<double> shares;
  std::vector<Observation> differences;
  for (const auto& [ours, theirs] : pairs) {
    out.flips_up += ours->solved && !theirs->solved ? 1 : 0;
    out.flips_down += theirs->solved && !ours->solved ? 1 : 0;
    if (ours->n_rubrics > 0 && theirs->n_rubrics > 0) {
      shares.push_back(set.Rubrics(*ours).value - set.Rubrics(*theirs).value);
    }
    Observation difference = set.Solved(*ours);
    difference.value -= set.Solved(*theirs).value;
    differences.push_back(difference);
  }
  if (pairs.empty()) return out;
  out.mcnemar_p = McNemarTest(out.flips_up, out.flips_down).mid;
  if (!shares.empty()) out.wilcoxon_p = WilcoxonTest(shares).p_value;
  if (const std::optional<VarianceSplit> split = SplitVariance(differences)) {
    out.mde = MinimumDetectableEffect(*split, DesignOf(*split));
  }
  return out;
}

void CorrectForMultiplicity(const std::vector<PairedDifference*>& differences) {
  std::vector<std::optional<double>> raw;
  for (const PairedDifference* difference : differences) raw.push_back(difference->p);
  const std::vector<std::optional<double>> holm = HolmAdjusted(raw);
  const std::vector<std::optional<double>> rates = BenjaminiHochbergAdjusted(raw);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    differences[i]->p_holm = holm[i];
    if (differences[i]->extras) differences[i]->extras->p_bh = rates[i];
  }
}

std::optional<VarianceShares> VarianceOf(const AttemptSet& set, int arm, const Attempts& attempts) {
  const std::set<int> copies = set.Copies({arm}, ReplicatesOf(attempts));
  std::vector<Observation> observations;
  for (const ReportAttempt* attempt : attempts) {
    if (!attempt->graded || copies.count(attempt->replicate) != 0) continue;
    observations.push_back(set.Solved(*attempt));
  }
  const std::optional<VarianceSplit> split = SplitVariance(observations);
  if (!split) return std::nullopt;
  VarianceShares out;
  const double runs = split->runs.value_or(0);
  const double rest = split->residual.value_or(0);
  const double total = split->clusters + split->items + runs + rest;
  if (total <= 0) return std::nullopt;
  out.clusters = split->clusters / total;
  out.items = split->items / total;
  out.replicates = runs / total;
  out.rest = rest / total;
  return out;
}

}  // namespace hone
