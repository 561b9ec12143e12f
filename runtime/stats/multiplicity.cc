#include "stats/multiplicity.h"

#include <algorithm>

namespace hone {
namespace {

// Where the p-values that are there stand, the smallest first.
std::vector<std::size_t> Ascending(const std::vector<std::optional<double>>& p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (p_values[i]) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return *p_values[a] < *p_values[b]; });
  return order;
}

}  // namespace

std::vector<std::optional<double>> HolmAdjusted(
    const std::vector<std::optional<double>>& p_values) {
  const std::vector<std::size_t> order = Ascending(p_values);
  std::vector<std::optional<double>> out(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = *p_values[order[rank]] * static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, scaled));
    out[order[rank]] = largest;
  }
  return out;
}

std::vector<std::optional<double>> BenjaminiHochbergAdjusted(
    const std::vector<std::optional<double>>& p_values) {
  const std::vector<std::size_t> order = Ascending(p_values);
  std::vector<std::optional<double>> out(p_values.size());
  double smallest = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t at = order[rank - 1];
    const double scaled =
        *p_values[at] * static_cast<double>(order.size()) / static_cast<double>(rank);
    smallest = std::min(smallest, scaled);
    out[at] = smallest;
  }
  return out;
}

}  // namespace hone
