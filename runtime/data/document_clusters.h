// Which texts belong together because one holds much of the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hone {

// Each set holds distinct hashes, ascending (ShingleSet::hashes).
//
// Joins sets whose containment |A and B| / min(|A|, |B|) is at least `threshold`, transitively.
// Returns for each set the smallest index of its group. Exact up to 4 million shingles in all;
// above that a fixed share of the hash space stands for the whole, which estimates the containment.
// Time is that of sorting the shingles plus the pairs that share some.
std::vector<std::size_t> JoinNearDuplicates(const std::vector<std::vector<uint64_t>>& sets,
                                            double threshold);

}  // namespace hone
