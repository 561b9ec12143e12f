#include "stats/observation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <unordered_map>

namespace hone {
namespace {

std::vector<int> SortedUnique(std::vector<int> labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

std::size_t IndexIn(const std::vector<int>& labels, int label) {
  return static_cast<std::size_t>(std::lower_bound(labels.begin(), labels.end(), label) -
                                  labels.begin());
}

void DropWeightless(std::vector<Observation>* observations) {
  std::erase_if(*observations, [](const Observation& each) {
    return !std::isfinite(each.value) || !std::isfinite(each.weight) || !(each.weight > 0);
  });
}

std::vector<int> Items(const std::vector<Observation>& observations) {
  std::vector<int> items;
  for (const Observation& each : observations) items.push_back(each.item);
  return SortedUnique(std::move(items));
}

void KeepItems(const std::vector<int>& items, std::vector<Observation>* observations) {
  std::erase_if(*observations, [&](const Observation& each) {
    return !std::binary_search(items.begin(), items.end(), each.item);
  });
}

}  // namespace

ObservationGrid::ObservationGrid(std::vector<Observation> observations) {
  DropWeightless(&observations);
  std::sort(observations.begin(), observations.end(),
            [](const Observation& a, const Observation& b) {
              return std::tie(a.run, a.cluster, a.item, a.value, a.weight) <
                     std::tie(b.run, b.cluster, b.item, b.value, b.weight);
            });
  for (const Observation& each : observations) {
    if (runs_.empty() || runs_.back() != each.run) runs_.push_back(each.run);
    clusters_.push_back(each.cluster);
  }
  clusters_ = SortedUnique(std::move(clusters_));
  n_items_ = static_cast<int>(Items(observations).size());
  values_.resize(runs_.size() * clusters_.size());
  weights_.resize(values_.size());
  for (const Observation& each : observations) {
    const std::size_t at =
        IndexIn(runs_, each.run) * clusters_.size() + IndexIn(clusters_, each.cluster);
    values_[at] += each.weight * each.value;
    weights_[at] += each.weight;
  }
}

void KeepCommonItems(std::vector<Observation>* a, std::vector<Observation>* b) {
  DropWeightless(a);
  DropWeightless(b);
  const std::vector<int> of_a = Items(*a);
  const std::vector<int> of_b = Items(*b);
  std::vector<int> common;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                        std::back_inserter(common));
  KeepItems(common, a);
  KeepItems(common, b);
  std::unordered_map<int, int> cluster_of;
  for (auto* side : {a, b}) {
    for (const Observation& each : *side) {
      int& cluster = cluster_of.emplace(each.item, each.cluster).first->second;
      cluster = std::min(cluster, each.cluster);
    }
  }
  for (auto* side : {a, b}) {
    for (Observation& each : *side) each.cluster = cluster_of[each.item];
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
