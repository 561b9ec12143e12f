#include "report/paired_difference.h"

#include <set>
#include <vector>

#include "report/difference_extras.h"
#include "stats/intervals.h"
#include "stats/paired_test.h"
#include "stats/ungraded_bounds.h"

namespace hone {
namespace {

// Ungraded sides decided against the arm, and for it.
void AddBounds(const AttemptSet& set, const AttemptPairs& pairs, const std::string& seed,
               PairedDifference* out) {
  std::vector<MaybeGradedPair> maybe;
  for (const auto& [ours, theirs] : pairs) {
    const Observation place = set.Solved(*ours);
    MaybeGradedPair pair{place.run, place.cluster, place.item, std::nullopt, std::nullopt};
    if (ours->graded) pair.arm = ours->solved ? 1 : 0;
    if (theirs->graded) pair.baseline = theirs->solved ? 1 : 0;
    maybe.push_back(pair);
  }
  const DifferenceBounds bounds = BoundDifference(maybe, seed);
  out->bounds = Interval{bounds.worst, bounds.best};
  out->p_worst = bounds.worst_test.p_value;
  out->p_best = bounds.best_test.p_value;
}

}  // namespace

PairedDifference CompareArms(const ReportData& data, const AttemptSet& set, int arm, int baseline,
                             const Attempts& of_arm, const Attempts& of_baseline,
                             const DifferenceOptions& options) {
  PairedDifference out;
  out.baseline = data.arms[static_cast<std::size_t>(baseline)].name;
  const AttemptPairs all = AttemptSet::Paired(of_arm, of_baseline);
  AttemptPairs pairs;
  std::set<int> replicates;
  std::set<int> clusters;
  int64_t gained = 0;
  for (const auto& [ours, theirs] : all) {
    if (!ours->graded || !theirs->graded) {
      out.ungraded_pairs += 1;
      continue;
    }
    pairs.emplace_back(ours, theirs);
    replicates.insert(ours->replicate);
    clusters.insert(ours->cluster_label);
    gained += static_cast<int64_t>(ours->solved) - static_cast<int64_t>(theirs->solved);
  }
  if (out.ungraded_pairs > 0) AddBounds(set, all, options.seed, &out);
  out.pairs = static_cast<int64_t>(pairs.size());
  out.clusters = static_cast<int64_t>(clusters.size());
  if (pairs.empty()) return out;
  out.value = static_cast<double>(gained) / static_cast<double>(pairs.size());
  const std::set<int> copies = set.Copies({arm, baseline}, replicates);
  out.replicates = static_cast<int64_t>(replicates.size() - copies.size());
  std::vector<Observation> ours;
  std::vector<Observation> theirs;
  for (const auto& [attempt, other] : pairs) {
    if (copies.count(attempt->replicate) != 0) continue;
    ours.push_back(set.Solved(*attempt));
    theirs.push_back(set.Solved(*other));
  }
  out.interval = EstimateDifference(ours, theirs).interval;
  if (options.test) {
    const PairedTest test = TestDifference(ours, theirs, options.seed);
    out.p = test.p_value;
    out.p_of_runs = test.p_of_runs;
  }
  if (options.extras) {
    std::erase_if(pairs,
                  [&](const auto& pair) { return copies.count(pair.first->replicate) != 0; });
    out.extras = ExtrasOf(set, pairs);
  }
  return out;
}

}  // namespace hone
