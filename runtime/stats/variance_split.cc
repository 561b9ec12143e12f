#include "stats/variance_split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/result.h"
#include "stats/distributions.h"

namespace hone {
namespace {

struct Item {
  int cluster = 0;
  std::vector<double> values;  // one for each run
};

// Items that every run has once, by label.
std::map<int, Item> CompleteItems(std::vector<Observation> observations, int* n_runs,
                                  int* n_left_out) {
  SortObservations(&observations);
  std::vector<int> runs;
  std::map<int, Item> items;
  for (const Observation& each : observations) {
    if (runs.empty() || runs.back() != each.run) runs.push_back(each.run);
    Item& item = items.emplace(each.item, Item{each.cluster, {}}).first->second;
    item.values.push_back(each.value);
  }
  *n_runs = static_cast<int>(runs.size());
  const std::size_t before = items.size();
  std::erase_if(items,
                [&](const auto& entry) { return entry.second.values.size() != runs.size(); });
  *n_left_out = static_cast<int>(before - items.size());
  return items;
}

}  // namespace

std::optional<VarianceSplit> SplitVariance(const std::vector<Observation>& observations) {
  VarianceSplit out;
  const std::map<int, Item> items = CompleteItems(observations, &out.n_runs, &out.n_left_out);
  const auto n_runs = static_cast<std::size_t>(out.n_runs);
  out.n_items = static_cast<int>(items.size());

  struct Sums {
    double sum = 0;
    double n = 0;
  };
  std::map<int, Sums> clusters;
  std::vector<double> run_sums(n_runs, 0.0);
  double sum = 0;
  for (const auto& [label, item] : items) {
    Sums& cluster = clusters[item.cluster];
    cluster.n += 1;
    for (std::size_t r = 0; r < n_runs; ++r) {
      run_sums[r] += item.values[r];
      cluster.sum += item.values[r];
      sum += item.values[r];
    }
  }
  out.n_clusters = static_cast<int>(clusters.size());
  if (out.n_clusters < 2 || out.n_items <= out.n_clusters) return std::nullopt;
  const double runs = out.n_runs;
  const double n = out.n_items;
  const double k = out.n_clusters;
  out.mean = sum / (n * runs);

  double of_clusters = 0;
  double squares = 0;
  for (const auto& [label, cluster] : clusters) {
    const double away = cluster.sum / (cluster.n * runs) - out.mean;
    of_clusters += cluster.n * runs * away * away;
    squares += cluster.n * cluster.n;
  }
  double of_items = 0;
  double of_rest = 0;
  for (const auto& [label, item] : items) {
    double item_sum = 0;
    for (const double value : item.values) item_sum += value;
    const double item_mean = item_sum / runs;
    const Sums& cluster = clusters[item.cluster];
    const double away = item_mean - cluster.sum / (cluster.n * runs);
    of_items += runs * away * away;
    for (std::size_t r = 0; r < n_runs; ++r) {
      const double rest = item.values[r] - item_mean - run_sums[r] / n + out.mean;
      of_rest += rest * rest;
    }
  }
  const double mean_clusters = of_clusters / (k - 1);
  const double mean_items = of_items / (n - k);
  const double usual_size = (n - squares / n) / (k - 1);  // of a cluster
  out.clusters = std::max(0.0, (mean_clusters - mean_items) / (runs * usual_size));
  if (out.n_runs == 1) {
    out.items = mean_items;
    return out;
  }
  double of_runs = 0;
  for (const double run_sum : run_sums) {
    const double away = run_sum / n - out.mean;
    of_runs += n * away * away;
  }
  const double mean_rest = of_rest / ((n - 1) * (runs - 1));
  out.residual = mean_rest;
  out.items = std::max(0.0, (mean_items - mean_rest) / runs);
  out.runs = std::max(0.0, (of_runs / (runs - 1) - mean_rest) / n);
  return out;
}

std::vector<Observation> PairDifferences(const std::vector<Observation>& arm,
                                         const std::vector<Observation>& baseline) {
  std::map<std::pair<int, int>, double> others;
  for (const Observation& each : baseline) {
    if (std::isfinite(each.value) && each.weight > 0) others[{each.run, each.item}] = each.value;
  }
  std::vector<Observation> out;
  for (const Observation& each : arm) {
    const auto other = others.find({each.run, each.item});
    if (other == others.end() || !std::isfinite(each.value) || !(each.weight > 0)) continue;
    out.push_back(each);
    out.back().value = each.value - other->second;
    out.back().weight = 1;
  }
  return out;
}

std::optional<double> MinimumDetectableEffect(const VarianceSplit& of_differences,
                                              const StudyDesign& design, double level,
                                              double power) {
  HONE_CHECK(level > 0 && level < 1 && power > 0 && power < 1);
  if (design.clusters < 2 || !(design.items_per_cluster > 0) || design.runs < 1) {
    return std::nullopt;
  }
  const double items = design.clusters * design.items_per_cluster;
  const double variance = of_differences.clusters / design.clusters + of_differences.items / items +
                          of_differences.runs.value_or(0) / design.runs +
                          of_differences.residual.value_or(0) / (items * design.runs);
  const double df = design.clusters - 1;
  return (StudentQuantile(1 - level / 2, df) + StudentQuantile(power, df)) * std::sqrt(variance);
}

}  // namespace hone
