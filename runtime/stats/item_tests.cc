#include "stats/item_tests.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "stats/distributions.h"

namespace hone {
namespace {

// P(sum of a random half of the ranks <= bound), all in half ranks, which are whole numbers.
double ShareAtMost(const std::vector<int>& double_ranks, int bound) {
  int total = 0;
  for (const int rank : double_ranks) total += rank;
  std::vector<double> shares(static_cast<std::size_t>(total) + 1, 0.0);
  shares[0] = 1;
  int reached = 0;
  for (const int rank : double_ranks) {
    reached += rank;
    for (int sum = reached; sum >= 0; --sum) {
      const double with = sum >= rank ? shares[static_cast<std::size_t>(sum - rank)] : 0;
      double& share = shares[static_cast<std::size_t>(sum)];
      share = (share + with) / 2;
    }
  }
  double out = 0;
  for (int sum = 0; sum <= bound; ++sum) out += shares[static_cast<std::size_t>(sum)];
  return out;
}

}  // namespace

McNemar McNemarTest(int64_t gained, int64_t lost) {
  HONE_CHECK(gained >= 0 && lost >= 0);
  McNemar out{gained, lost, 1, 1};
  if (gained + lost == 0) return out;
  const auto fewer = static_cast<double>(std::min(gained, lost));
  const auto all = static_cast<double>(gained + lost);
  const double tail = BinomialCdf(fewer, all, 0.5);
  const double observed = tail - BinomialCdf(fewer - 1, all, 0.5);
  out.exact = std::min(1.0, 2 * tail);
  out.mid = gained == lost ? 1 - observed / 2 : 2 * tail - observed;
  return out;
}

SignedRank WilcoxonTest(const std::vector<double>& differences) {
  std::vector<double> used;
  for (const double each : differences) {
    if (each != 0 && std::isfinite(each)) used.push_back(each);
  }
  std::sort(used.begin(), used.end(),
            [](double a, double b) { return std::fabs(a) < std::fabs(b); });
  SignedRank out;
  out.n_used = static_cast<int>(used.size());
  std::vector<int> double_ranks;
  double ties = 0;  // sum of t^3 - t over groups of t equal sizes
  for (std::size_t first = 0; first < used.size();) {
    std::size_t end = first;
    // Sizes that differ only by rounding are equal.
    while (end < used.size() && std::fabs(used[end]) <= std::fabs(used[first]) * (1 + 1e-12)) {
      ++end;
    }
    const auto twice = static_cast<int>(first + 1 + end);  // twice the mean of ranks first+1..end
    for (std::size_t i = first; i < end; ++i) {
      double_ranks.push_back(twice);
      (used[i] > 0 ? out.positive : out.negative) += twice / 2.0;
    }
    const auto size = static_cast<double>(end - first);
    ties += size * size * size - size;
    first = end;
  }
  if (used.empty()) return out;
  const double smaller = std::min(out.positive, out.negative);
  if (out.n_used <= kMostRanksForExactTest) {
    out.p_value =
        std::min(1.0, 2 * ShareAtMost(double_ranks, static_cast<int>(std::lround(2 * smaller))));
    return out;
  }
  out.is_exact = false;
  const double n = out.n_used;
  const double mean = n * (n + 1) / 4;
  const double sd = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
  out.p_value = std::min(1.0, 2 * NormalCdf(-std::max(0.0, mean - smaller - 0.5) / sd));
  return out;
}

}  // namespace hone
