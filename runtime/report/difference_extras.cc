#include "report/difference_extras.h"

#include "report/result_table.h"
#include "stats/paired_test.h"

namespace hone {

DifferenceExtras ExtrasOf(const AttemptSet& set, const AttemptPairs& pairs) {
  DifferenceExtras out;
  (void)set;
  for (const auto& [ours, theirs] : pairs) {
    out.flips_up += ours->solved && !theirs->solved ? 1 : 0;
    out.flips_down += theirs->solved && !ours->solved ? 1 : 0;
  }
  return out;
}

void CorrectForMultiplicity(const std::vector<PairedDifference*>& differences) {
  std::vector<std::optional<double>> raw;
  for (const PairedDifference* difference : differences) raw.push_back(difference->p);
  const std::vector<std::optional<double>> holm = HolmAdjusted(raw);
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i]->p_holm = holm[i];
}

std::optional<VarianceShares> VarianceOf(const AttemptSet& set, int arm, const Attempts& attempts) {
  (void)set, (void)arm, (void)attempts;
  return std::nullopt;
}

}  // namespace hone
