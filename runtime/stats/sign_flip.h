// SignFlip: the randomisation test of paired differences.
//
// If neither side is better, each difference could as well have the other sign (Fisher, "The Design
// of Experiments", 1935, section 21). Two-sided, on the sum. Up to 32 differences that are not 0
// all patterns count: the signed sums of each half are made in order, and pairs of them are counted
// by two fingers (Horowitz and Sahni, "Computing partitions with applications to the knapsack
// problem", JACM 21, 1974). Beyond, 20,000 seeded random patterns and
// p = (1 + hits) / (1 + patterns), which is never 0 and keeps its level (Phipson and Smyth,
// "Permutation p-values should never be zero", 2010).
//
// Pure; any thread. About 0.5 ms exact at 32 differences, 3 ms sampled at 500.
#pragma once

#include <string>
#include <vector>

namespace hone {

inline constexpr int kMostDifferencesForExactTest = 32;
inline constexpr int kSignFlips = 20'000;

struct SignFlip {
  double p_value = 1;
  bool is_exact = true;
};

// Differences of 0 change nothing. `flips` is the number of random patterns, if it needs any.
SignFlip SignFlipTest(const std::vector<double>& differences, const std::string& seed,
                      int flips = kSignFlips);

// One-sided: how often the sum would be as high. By symmetry half of the two-sided share when the
// sum is above 0; else 1, which is more than it is.
SignFlip SignFlipGreater(const std::vector<double>& differences, const std::string& seed,
                         int flips = kSignFlips);

}  // namespace hone
