#include "stats/ungraded_bounds.h"

namespace hone {
namespace {

// The difference when ungraded arms score `arm` and ungraded baselines score `baseline`.
double Filled(const std::vector<MaybeGradedPair>& pairs, double arm, double baseline,
              const std::string& seed, PairedTest* test) {
  std::vector<Observation> ours;
  std::vector<Observation> theirs;
  double sum = 0;
  for (const MaybeGradedPair& each : pairs) {
    const double our = each.arm.value_or(arm);
    const double their = each.baseline.value_or(baseline);
    ours.push_back({each.run, each.cluster, each.item, our, 1});
    theirs.push_back({each.run, each.cluster, each.item, their, 1});
    sum += our - their;
  }
  *test = TestDifference(std::move(ours), std::move(theirs), seed);
  return sum / static_cast<double>(pairs.size());
}

}  // namespace

DifferenceBounds BoundDifference(const std::vector<MaybeGradedPair>& pairs,
                                 const std::string& seed) {
  DifferenceBounds out;
  out.n_pairs = static_cast<int>(pairs.size());
  if (pairs.empty()) return out;
  double sum = 0;
  for (const MaybeGradedPair& each : pairs) {
    if (each.arm && each.baseline) {
      sum += *each.arm - *each.baseline;
    } else {
      out.n_ungraded += 1;
    }
  }
  if (out.n_ungraded < out.n_pairs) out.graded = sum / (out.n_pairs - out.n_ungraded);
  out.worst = Filled(pairs, 0, 1, seed, &out.worst_test);
  out.best = Filled(pairs, 1, 0, seed, &out.best_test);
  return out;
}

}  // namespace hone
