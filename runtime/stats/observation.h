// Observation: what one run scored on one item, the raw material of every number in a table.
//
// A rate is a ratio of sums, sum(weight * value) / sum(weight), over items. The *graded*
// denominator gives ungraded items weight 0, the *all* denominator gives them value 0 and weight 1.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"

namespace hone {

struct Observation {
  int run = 0;        // the replicate (an entry of `seeds`)
  int cluster = 0;    // items of a cluster are not independent (one source document)
  int item = 0;       // the task; the same label in every run and arm
  double value = 0;   // 0 to 1
  double weight = 1;  // 0 or more
};

// A grid of sums, (run, cluster) -> sum(weight * value) and sum(weight), with labels sorted, so
// that every number made of it is bit-identical whatever order the observations came in.
class ObservationGrid {
 public:
  explicit ObservationGrid(std::vector<Observation> observations);

  [[nodiscard]] const std::vector<int>& runs() const { return runs_; }          // sorted
  [[nodiscard]] const std::vector<int>& clusters() const { return clusters_; }  // sorted
  [[nodiscard]] int n_items() const { return n_items_; }                        // distinct items
  [[nodiscard]] double value(std::size_t run, std::size_t cluster) const {
    return values_[run * clusters_.size() + cluster];
  }
  [[nodiscard]] double weight(std::size_t run, std::size_t cluster) const {
    return weights_[run * clusters_.size() + cluster];
  }

 private:
  std::vector<int> runs_;
  std::vector<int> clusters_;
  int n_items_ = 0;
  std::vector<double> values_;
  std::vector<double> weights_;
};

// Drops what has no weight or is no number, and sorts by run, cluster, item, value and weight.
void SortObservations(std::vector<Observation>* observations);
// The distinct items, ascending.
std::vector<int> ItemLabels(const std::vector<Observation>& observations);
// Where `label` is in an ascending list, or would be.
std::size_t LabelIndex(const std::vector<int>& labels, int label);

// Keeps on each side what has positive weight and an item that the other side has too. An item's
// cluster is a property of the data: where observations disagree, the smallest label is taken, so
// that both sides come out with the same clusters.
void KeepCommonItems(std::vector<Observation>* a, std::vector<Observation>* b);

// A run and what identifies everything it produced (a hash over its answers, in a stable order).
struct RunSignature {
  int run = 0;
  Hash signature;
};

// Replicates that came out identical are one observation, however often they were run. For each
// entry, the first run with the same signature; an entry that is its own first counts towards n.
std::vector<int> FirstIdenticalRun(const std::vector<RunSignature>& runs);

}  // namespace hone
