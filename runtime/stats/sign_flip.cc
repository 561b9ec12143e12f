#include "stats/sign_flip.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "base/result.h"
#include "stats/random_stream.h"

namespace hone {
namespace {

using Numbers = std::vector<double>;

// Of the sum of sizes: patterns that differ only by rounding are equal to the observed one.
constexpr double kRounding = 1e-12;

// Every signed sum of the numbers from `first` up to `last`, ascending.
Numbers SignedSums(const Numbers& of, std::size_t first, std::size_t last) {
  Numbers sums = {0};
  for (std::size_t i = first; i < last; ++i) {
    const double step = std::fabs(of[i]);
    Numbers merged;
    merged.reserve(sums.size() * 2);
    std::size_t lower = 0;  // of sums - step
    std::size_t upper = 0;  // of sums + step: never ahead of `lower`
    while (upper < sums.size()) {
      if (lower < sums.size() && sums[lower] - step <= sums[upper] + step) {
        merged.push_back(sums[lower++] - step);
      } else {
        merged.push_back(sums[upper++] + step);
      }
    }
    sums.swap(merged);
  }
  return sums;
}

// The share of patterns whose sum is at least `bound` away from 0. By symmetry, twice the share of
// those that are at or above it. REQUIRES: bound > 0.
double ExactShare(const Numbers& differences, double bound) {
  const std::size_t half = differences.size() / 2;
  const Numbers left = SignedSums(differences, 0, half);
  const Numbers right = SignedSums(differences, half, differences.size());
  double hits = 0;  // a whole number below 2^53
  std::size_t from = right.size();
  for (const double sum : left) {
    while (from > 0 && sum + right[from - 1] >= bound) --from;
    hits += static_cast<double>(right.size() - from);
  }
  return 2 * hits / (static_cast<double>(left.size()) * static_cast<double>(right.size()));
}

// Signed sums of eight differences at once, by the byte of their signs.
using ByteSums = std::array<double, 256>;

std::vector<ByteSums> SumsByByte(const Numbers& differences) {
  std::vector<ByteSums> out((differences.size() + 7) / 8);
  for (std::size_t block = 0; block < out.size(); ++block) {
    for (std::size_t signs = 0; signs < 256; ++signs) {
      double sum = 0;
      for (std::size_t i = 0; i < 8 && block * 8 + i < differences.size(); ++i) {
        const double each = differences[block * 8 + i];
        sum += ((signs >> i) & 1U) != 0 ? -each : each;
      }
      out[block][signs] = sum;
    }
  }
  return out;
}

double SampledShare(const Numbers& differences, double bound, const std::string& seed, int flips) {
  const std::vector<ByteSums> sums = SumsByByte(differences);
  RandomStream random(seed);
  int64_t hits = 0;
  for (int i = 0; i < flips; ++i) {
    double sum = 0;
    uint64_t signs = 0;
    for (std::size_t block = 0; block < sums.size(); ++block) {
      if (block % 8 == 0) signs = random.Next();
      sum += sums[block][signs & 255U];
      signs >>= 8U;
    }
    hits += std::fabs(sum) >= bound ? 1 : 0;
  }
  return static_cast<double>(1 + hits) / static_cast<double>(1 + flips);
}

}  // namespace

SignFlip SignFlipTest(const std::vector<double>& differences, const std::string& seed, int flips) {
  HONE_CHECK(flips > 0);
  Numbers used;
  double observed = 0;
  double scale = 0;
  for (const double each : differences) {
    if (each == 0) continue;
    used.push_back(each);
    observed += each;
    scale += std::fabs(each);
  }
  const double bound = std::fabs(observed) - scale * kRounding;
  if (!(bound > 0)) return {1, true};
  if (used.size() <= static_cast<std::size_t>(kMostDifferencesForExactTest)) {
    return {ExactShare(used, bound), true};
  }
  return {SampledShare(used, bound, seed, flips), false};
}

SignFlip SignFlipGreater(const std::vector<double>& differences, const std::string& seed,
                         int flips) {
  double sum = 0;
  double scale = 0;
  for (const double each : differences) {
    sum += each;
    scale += std::fabs(each);
  }
  if (!(sum - scale * kRounding > 0)) return {1, true};
  SignFlip test = SignFlipTest(differences, seed, flips);
  // (1 + hits / 2) / (1 + flips): the observed pattern counts whole.
  if (!test.is_exact) test.p_value += 1 / static_cast<double>(1 + flips);
  test.p_value /= 2;
  return test;
}

}  // namespace hone
