// Extras of a table, on request: item-level tests, false-discovery rates, where the variance lies.
// Each is labelled in the table; none of them makes the mark.
#pragma once

#include <optional>
#include <vector>

#include "report/attempt_set.h"
#include "report/paired_difference.h"

namespace hone {

struct VarianceShares;

// `pairs` are graded on both sides, copies of replicates left out.
DifferenceExtras ExtrasOf(const AttemptSet& set, const AttemptPairs& pairs);

// Holm for the mark, Benjamini-Hochberg where extras are asked for.
void CorrectForMultiplicity(const std::vector<PairedDifference*>& differences);

std::optional<VarianceShares> VarianceOf(const AttemptSet& set, int arm, const Attempts& attempts);

}  // namespace hone
