#include "stats/bootstrap.h"

#include <algorithm>

#include "base/result.h"
#include "stats/random_stream.h"

namespace hone {
namespace {

using Counts = std::vector<double>;  // how often each label was drawn

void Draw(RandomStream* random, Counts* counts) {
  std::fill(counts->begin(), counts->end(), 0.0);
  for (std::size_t i = 0; i < counts->size(); ++i) {
    (*counts)[static_cast<std::size_t>(random->Below(counts->size()))] += 1;
  }
}

// The ratio of sums, each (run, cluster) taken as often as both were drawn.
std::optional<double> Ratio(const ObservationGrid& grid, const Counts& runs,
                            const Counts& clusters) {
  double values = 0;
  double weights = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r] == 0) continue;
    double run_values = 0;
    double run_weights = 0;
    for (std::size_t c = 0; c < clusters.size(); ++c) {
      run_values += clusters[c] * grid.value(r, c);
      run_weights += clusters[c] * grid.weight(r, c);
    }
    values += runs[r] * run_values;
    weights += runs[r] * run_weights;
  }
  if (!(weights > 0)) return std::nullopt;
  return values / weights;
}

std::optional<Interval> Percentiles(const std::vector<double>& drawn, double level) {
  if (drawn.empty()) return std::nullopt;
  const double tail = (1 - level) / 2;
  return Interval{*Quantile(drawn, tail), *Quantile(drawn, 1 - tail)};
}

// The bootstrap of `arm`, or of `arm` minus `baseline` when there is one.
RateEstimate Resample(const ObservationGrid& arm, const ObservationGrid* baseline,
                      const BootstrapOptions& options) {
  HONE_CHECK(options.resamples > 0);
  const bool has_same_runs = baseline != nullptr && arm.runs() == baseline->runs();
  Counts runs(arm.runs().size(), 1.0);
  Counts other_runs(baseline == nullptr ? 0 : baseline->runs().size(), 1.0);
  Counts clusters(arm.clusters().size(), 1.0);
  const auto statistic = [&]() -> std::optional<double> {
    const std::optional<double> rate = Ratio(arm, runs, clusters);
    if (baseline == nullptr || !rate) return rate;
    const std::optional<double> other =
        Ratio(*baseline, has_same_runs ? runs : other_runs, clusters);
    if (!other) return std::nullopt;
    return *rate - *other;
  };

  RateEstimate out;
  out.value = statistic();
  out.n_items = arm.n_items();
  out.n_clusters = static_cast<int>(arm.clusters().size());
  const std::size_t fewest =
      baseline == nullptr ? runs.size() : std::min(runs.size(), other_runs.size());
  out.n_runs = static_cast<int>(fewest);
  if (!out.value || out.n_clusters < 2) return out;

  RandomStream random(options.seed);
  std::vector<double> drawn;
  drawn.reserve(static_cast<std::size_t>(options.resamples));
  for (int i = 0; i < options.resamples; ++i) {
    Draw(&random, &runs);
    if (baseline != nullptr && !has_same_runs) Draw(&random, &other_runs);
    Draw(&random, &clusters);
    // A draw of clusters that all weigh nothing has no rate and says nothing.
    if (const std::optional<double> value = statistic()) drawn.push_back(*value);
  }
  out.interval = Percentiles(drawn, options.level);
  if (out.interval)
    out.basis = fewest > 1 ? IntervalBasis::kRunsAndClusters : IntervalBasis::kItemsOnly;
  return out;
}

}  // namespace

RateEstimate BootstrapRate(const std::vector<Observation>& observations,
                           const BootstrapOptions& options) {
  return Resample(ObservationGrid(observations), nullptr, options);
}

RateEstimate BootstrapDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                                 const BootstrapOptions& options) {
  KeepCommonItems(&arm, &baseline);
  const ObservationGrid of_arm(std::move(arm));
  const ObservationGrid of_baseline(std::move(baseline));
  HONE_CHECK(of_arm.clusters() == of_baseline.clusters());
  return Resample(of_arm, &of_baseline, options);
}

}  // namespace hone
