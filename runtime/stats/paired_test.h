// The paired test behind the mark beside a difference, and its correction for many differences.
//
// Per cluster, the difference of the two arms' means over items and replicates; under the
// hypothesis that the arms do equally well each difference could as well have the other sign
// (Fisher's randomisation test, "The Design of Experiments", 1935). Two-sided, on the sum of the
// differences: exact over all 2^n sign patterns up to 16 clusters, else 20,000 seeded random
// patterns with p = (1 + hits) / (1 + patterns) (Phipson and Smyth, "Permutation p-values should
// never be zero", 2010). Clusters count alike, however many items they hold. Below 10 clusters no
// test is made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/observation.h"

namespace hone {

inline constexpr int kFewestClustersToTest = 10;
inline constexpr int kMostClustersForExactTest = 16;
inline constexpr int kSignFlips = 20'000;

struct PairedTest {
  std::optional<double> p_value;
  bool is_exact = false;
  int n_clusters = 0;
  std::string note;  // why there is no p_value ("too few clusters to test"), else ""
};

// Over the items that both sides have.
PairedTest TestDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                          const std::string& seed = "hone sign flips");

// The two-sided p-value of a list of paired differences, of any length but 0.
double SignFlipPValue(const std::vector<double>& differences, const std::string& seed);

// Holm's step-down adjustment ("A simple sequentially rejective multiple test procedure", 1979) of
// the p-values that are there; the others stay nothing and do not count.
std::vector<std::optional<double>> HolmAdjusted(const std::vector<std::optional<double>>& p_values);

}  // namespace hone
