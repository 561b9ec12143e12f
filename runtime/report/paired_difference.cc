#include "report/paired_difference.h"

#include <set>
#include <vector>

#include "report/difference_extras.h"
#include "stats/intervals.h"
#include "stats/paired_test.h"

namespace hone {
namespace {

std::optional<Interval> BoundsOf(const AttemptPairs& pairs, int64_t ungraded_pairs) {
  if (ungraded_pairs == 0) return std::nullopt;
  int64_t worst = 0;
  int64_t best = 0;
  for (const auto& [ours, theirs] : pairs) {
    const auto low = [](const ReportAttempt& attempt) { return attempt.solved ? 1 : 0; };
    const auto high = [](const ReportAttempt& attempt) {
      return attempt.solved || !attempt.graded ? 1 : 0;
    };
    worst += low(*ours) - high(*theirs);
    best += high(*ours) - low(*theirs);
  }
  const auto n = static_cast<double>(pairs.size());
  return Interval{static_cast<double>(worst) / n, static_cast<double>(best) / n};
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
  out.bounds = BoundsOf(all, out.ungraded_pairs);
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
  BootstrapOptions bootstrap;
  bootstrap.resamples = options.resamples;
  bootstrap.seed = options.seed;
  out.interval = EstimateDifference(ours, theirs, bootstrap).interval;
  if (options.test) out.p = TestDifference(ours, theirs, options.seed).p_value;
  if (options.extras) {
    std::erase_if(pairs,
                  [&](const auto& pair) { return copies.count(pair.first->replicate) != 0; });
    out.extras = ExtrasOf(set, pairs);
  }
  return out;
}

}  // namespace hone
