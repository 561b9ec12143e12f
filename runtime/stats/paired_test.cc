#include "stats/paired_test.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/result.h"
#include "stats/random_stream.h"

namespace hone {
namespace {

// Per cluster with weight on both sides: mean of `arm` minus mean of `baseline`.
std::vector<double> ClusterDifferences(const ObservationGrid& arm,
                                       const ObservationGrid& baseline) {
  const auto mean = [](const ObservationGrid& grid, std::size_t cluster) {
    double values = 0;
    double weights = 0;
    for (std::size_t run = 0; run < grid.runs().size(); ++run) {
      values += grid.value(run, cluster);
      weights += grid.weight(run, cluster);
    }
    return values / weights;  // weights > 0: only items of positive weight in both were kept
  };
  std::vector<double> out;
  for (std::size_t c = 0; c < arm.clusters().size(); ++c)
    out.push_back(mean(arm, c) - mean(baseline, c));
  return out;
}

// Sum of the differences, the i-th negated where bit i of `signs` is set.
double SignedSum(const std::vector<double>& differences, const std::vector<uint64_t>& signs) {
  double sum = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const bool is_negated = ((signs[i / 64] >> (i % 64)) & 1U) != 0;
    sum += is_negated ? -differences[i] : differences[i];
  }
  return sum;
}

}  // namespace

double SignFlipPValue(const std::vector<double>& differences, const std::string& seed) {
  HONE_CHECK(!differences.empty());
  std::vector<uint64_t> signs((differences.size() + 63) / 64, 0);
  double scale = 0;
  for (const double each : differences) scale += std::fabs(each);
  // Patterns that differ only by rounding are equal to the observed one.
  const double observed = std::fabs(SignedSum(differences, signs)) - scale * 1e-12;

  int64_t hits = 0;
  if (differences.size() <= static_cast<std::size_t>(kMostClustersForExactTest)) {
    const uint64_t patterns = uint64_t{1} << differences.size();
    for (signs[0] = 0; signs[0] < patterns; ++signs[0]) {
      hits += std::fabs(SignedSum(differences, signs)) >= observed ? 1 : 0;
    }
    return static_cast<double>(hits) / static_cast<double>(patterns);
  }
  RandomStream random(seed);
  for (int i = 0; i < kSignFlips; ++i) {
    for (uint64_t& word : signs) word = random.Next();
    hits += std::fabs(SignedSum(differences, signs)) >= observed ? 1 : 0;
  }
  return static_cast<double>(1 + hits) / static_cast<double>(1 + kSignFlips);
}

PairedTest TestDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                          const std::string& seed) {
  KeepCommonItems(&arm, &baseline);
  const ObservationGrid of_arm(std::move(arm));
  const ObservationGrid of_baseline(std::move(baseline));
  HONE_CHECK(of_arm.clusters() == of_baseline.clusters());
  PairedTest out;
  out.n_clusters = static_cast<int>(of_arm.clusters().size());
  if (out.n_clusters < kFewestClustersToTest) {
    out.note = "too few clusters to test";
    return out;
  }
  out.is_exact = out.n_clusters <= kMostClustersForExactTest;
  out.p_value = SignFlipPValue(ClusterDifferences(of_arm, of_baseline), seed);
  return out;
}

std::vector<std::optional<double>> HolmAdjusted(
    const std::vector<std::optional<double>>& p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (p_values[i]) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return *p_values[a] < *p_values[b]; });
  std::vector<std::optional<double>> out(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = *p_values[order[rank]] * static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, scaled));
    out[order[rank]] = largest;
  }
  return out;
}

}  // namespace hone
