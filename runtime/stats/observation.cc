#include "stats/observation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>
#include <unordered_map>

namespace hone {
namespace {

// Labels are mostly 0, 1, 2, ...: marking them off is much cheaper than sorting.
std::vector<int> SortedUnique(std::vector<int> labels) {
  if (labels.empty()) return labels;
  const auto [low, high] = std::minmax_element(labels.begin(), labels.end());
  const int64_t first = *low;
  const int64_t span = *high - first + 1;
  if (span > 4 * static_cast<int64_t>(labels.size())) {
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return labels;
  }
  std::vector<char> is_there(static_cast<std::size_t>(span), 0);
  for (const int label : labels) is_there[static_cast<std::size_t>(label - first)] = 1;
  labels.clear();
  for (int64_t i = 0; i < span; ++i) {
    if (is_there[static_cast<std::size_t>(i)] != 0) labels.push_back(static_cast<int>(first + i));
  }
  return labels;
}

void DropWeightless(std::vector<Observation>* observations) {
  std::erase_if(*observations, [](const Observation& each) {
    return !std::isfinite(each.value) || !std::isfinite(each.weight) || !(each.weight > 0);
  });
}

void KeepItems(const std::vector<int>& items, std::vector<Observation>* observations) {
  std::erase_if(*observations, [&](const Observation& each) {
    const std::size_t at = LabelIndex(items, each.item);
    return at >= items.size() || items[at] != each.item;
  });
}

}  // namespace

std::size_t LabelIndex(const std::vector<int>& labels, int label) {
  if (labels.empty()) return 0;
  // Where labels have no gap, the place is the distance.
  const auto guess = static_cast<std::size_t>(static_cast<int64_t>(label) - labels.front());
  if (guess < labels.size() && labels[guess] == label) return guess;
  return static_cast<std::size_t>(std::lower_bound(labels.begin(), labels.end(), label) -
                                  labels.begin());
}

std::vector<int> ItemLabels(const std::vector<Observation>& observations) {
  std::vector<int> items;
  items.reserve(observations.size());
  for (const Observation& each : observations) items.push_back(each.item);
  return SortedUnique(std::move(items));
}

void SortObservations(std::vector<Observation>* observations) {
  DropWeightless(observations);
  const auto is_before = [](const Observation& a, const Observation& b) {
    return std::tie(a.run, a.cluster, a.item, a.value, a.weight) <
           std::tie(b.run, b.cluster, b.item, b.value, b.weight);
  };
  if (!std::is_sorted(observations->begin(), observations->end(), is_before)) {
    std::sort(observations->begin(), observations->end(), is_before);
  }
}

ObservationGrid::ObservationGrid(std::vector<Observation> observations) {
  SortObservations(&observations);
  for (const Observation& each : observations) {
    if (runs_.empty() || runs_.back() != each.run) runs_.push_back(each.run);
    clusters_.push_back(each.cluster);
  }
  clusters_ = SortedUnique(std::move(clusters_));
  n_items_ = static_cast<int>(ItemLabels(observations).size());
  values_.resize(runs_.size() * clusters_.size());
  weights_.resize(values_.size());
  for (const Observation& each : observations) {
    const std::size_t at =
        LabelIndex(runs_, each.run) * clusters_.size() + LabelIndex(clusters_, each.cluster);
    values_[at] += each.weight * each.value;
    weights_[at] += each.weight;
  }
}

void KeepCommonItems(std::vector<Observation>* a, std::vector<Observation>* b) {
  DropWeightless(a);
  DropWeightless(b);
  const std::vector<int> of_a = ItemLabels(*a);
  const std::vector<int> of_b = ItemLabels(*b);
  std::vector<int> common;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                        std::back_inserter(common));
  if (common.size() < of_a.size()) KeepItems(common, a);
  if (common.size() < of_b.size()) KeepItems(common, b);
  std::vector<int> cluster_of(common.size(), std::numeric_limits<int>::max());
  for (const auto* side : {a, b}) {
    for (const Observation& each : *side) {
      int& cluster = cluster_of[LabelIndex(common, each.item)];
      cluster = std::min(cluster, each.cluster);
    }
  }
  for (auto* side : {a, b}) {
    for (Observation& each : *side) each.cluster = cluster_of[LabelIndex(common, each.item)];
  }
}

std::vector<int> FirstIdenticalRun(const std::vector<RunSignature>& runs) {
  std::unordered_map<Hash, int> first;
  std::vector<int> out;
  for (const RunSignature& each : runs) {
    out.push_back(first.emplace(each.signature, each.run).first->second);
  }
  return out;
}

}  // namespace hone
