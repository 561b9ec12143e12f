#include "stats/summary.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace hone {

std::optional<double> Mean(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> StandardDeviation(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const double mean = *Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::optional<double> Quantile(std::vector<double> values, double p) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double place = std::clamp(p, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double share = place - static_cast<double>(below);
  return values[below] + share * (values[above] - values[below]);
}

Interval WilsonInterval(double successes, double trials) {
  if (!(trials > 0)) return {0, 1};
  constexpr double kZ = 1.959963984540054;  // the 0.975 quantile of the normal distribution
  constexpr double kZ2 = kZ * kZ;
  const double p = std::clamp(successes / trials, 0.0, 1.0);
  const double centre = (p + kZ2 / (2 * trials)) / (1 + kZ2 / trials);
  const double half =
      kZ * std::sqrt(p * (1 - p) / trials + kZ2 / (4 * trials * trials)) / (1 + kZ2 / trials);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval ClopperPearsonInterval(double successes, double trials) {
  if (!(trials > 0)) return {0, 1};
  successes = std::clamp(successes, 0.0, trials);
  const double failures = trials - successes;
  return {successes > 0 ? BetaQuantile(0.025, successes, failures + 1) : 0.0,
          failures > 0 ? BetaQuantile(0.975, successes + 1, failures) : 1.0};
}

}  // namespace hone
