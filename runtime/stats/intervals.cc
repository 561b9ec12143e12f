#include "stats/intervals.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/result.h"
#include "stats/cluster_variance.h"
#include "stats/distributions.h"

namespace hone {
namespace {

std::optional<double> RatioOf(const ObservationGrid& grid) {
  double values = 0;
  double weights = 0;
  for (std::size_t r = 0; r < grid.runs().size(); ++r) {
    for (std::size_t c = 0; c < grid.clusters().size(); ++c) {
      values += grid.value(r, c);
      weights += grid.weight(r, c);
    }
  }
  if (!(weights > 0)) return std::nullopt;
  return values / weights;
}

// Distances from an estimate to the ends of its interval.
struct Reach {
  double down = 0;
  double up = 0;
};

Reach Joined(const Reach& a, const Reach& b) {
  return {std::hypot(a.down, b.down), std::hypot(a.up, b.up)};
}

// The interval that both the clusters alone and runs with clusters stay inside of. `reach` says how
// far a part of the variance reaches, given that part and its Student quantile.
template <typename ReachOf, typename ReachOfRuns>
Reach ReachOfVariance(const ClusterVariance& variance, double level, const ReachOf& reach,
                      const ReachOfRuns& reach_of_runs) {
  const double p = (1 + level) / 2;
  const double t = StudentQuantile(p, variance.cluster_df);
  Reach out = reach(variance.clusters, t);
  if (!variance.has_runs || !(variance.runs > 0)) return out;
  const double apart = variance.clusters - variance.residual;
  Reach both = reach_of_runs(variance.runs, StudentQuantile(p, variance.run_df));
  if (apart > 0) both = Joined(both, reach(apart, t));
  return {std::max(out.down, both.down), std::max(out.up, both.up)};
}

// Wilson's interval for `trials` trials and quantile `t`.
Reach ScoreReach(double rate, double trials, double t) {
  const double t2 = t * t;
  const double centre = (rate + t2 / (2 * trials)) / (1 + t2 / trials);
  const double half =
      t * std::sqrt(rate * (1 - rate) / trials + t2 / (4 * trials * trials)) / (1 + t2 / trials);
  return {std::max(0.0, rate - (centre - half)), std::max(0.0, centre + half - rate)};
}

// Agresti and Min's interval of a difference whose squares have mean `square`.
Reach PairedReach(double difference, double square, double pairs, double t) {
  const double t2 = t * t;
  const double all = pairs + t2 / 2;
  const double centre = pairs * difference / all;
  const double mean_square = (pairs * square + t2 / 4) / all;
  const double half = t * std::sqrt(std::max(0.0, mean_square - centre * centre) / all);
  return {std::max(0.0, difference - (centre - half)), std::max(0.0, centre + half - difference)};
}

struct ItemSums {
  double values[2] = {0, 0};
  double weights[2] = {0, 0};
};

// By item, ascending; the same bits for any order of the observations.
std::vector<ItemSums> SumsByItem(std::vector<Observation> side, std::vector<Observation> other) {
  const std::vector<int> items = ItemLabels(side);
  std::vector<ItemSums> out(items.size());
  int at = 0;
  for (auto* observations : {&side, &other}) {
    SortObservations(observations);
    for (const Observation& each : *observations) {
      ItemSums& sums = out[LabelIndex(items, each.item)];
      sums.values[at] += each.weight * each.value;
      sums.weights[at] += each.weight;
    }
    ++at;
  }
  return out;
}

// The number of equally weighted items that weigh as much (Kish, "Survey Sampling", 1965).
double EffectiveItems(const std::vector<ItemSums>& items) {
  double sum = 0;
  double squares = 0;
  for (const ItemSums& each : items) {
    sum += each.weights[0];
    squares += each.weights[0] * each.weights[0];
  }
  return sum * sum / squares;
}

// Variances at the size of rounding errors are none.
constexpr double kNoVariance = 1e-18;

}  // namespace

RateEstimate EstimateRate(const std::vector<Observation>& observations, double level) {
  HONE_CHECK(level > 0 && level < 1);
  const ObservationGrid grid(observations);
  RateEstimate out;
  out.value = RatioOf(grid);
  out.n_items = grid.n_items();
  out.n_clusters = static_cast<int>(grid.clusters().size());
  out.n_runs = static_cast<int>(grid.runs().size());
  if (!out.value || out.n_clusters < 2) return out;
  const double rate = std::clamp(*out.value, 0.0, 1.0);
  const double spread = rate * (1 - rate);
  ClusterVariance variance = VarianceOfRate(grid, rate);
  if (!(variance.clusters > kNoVariance) || !(spread > kNoVariance)) variance.clusters = 0;
  const double items = EffectiveItems(SumsByItem(observations, {}));
  const auto score = [&](double part, double t) {
    return ScoreReach(rate, part > 0 && spread > 0 ? spread / part : items, t);
  };
  const Reach reach = ReachOfVariance(variance, level, score, score);
  out.interval = Interval{std::max(0.0, rate - reach.down), std::min(1.0, rate + reach.up)};
  out.basis = variance.has_runs ? IntervalBasis::kRunsAndClusters : IntervalBasis::kItemsOnly;
  return out;
}

RateEstimate EstimateMean(const std::vector<Observation>& observations, double level) {
  HONE_CHECK(level > 0 && level < 1);
  const ObservationGrid grid(observations);
  RateEstimate out;
  out.value = RatioOf(grid);
  out.n_items = grid.n_items();
  out.n_clusters = static_cast<int>(grid.clusters().size());
  out.n_runs = static_cast<int>(grid.runs().size());
  if (!out.value || out.n_clusters < 2) return out;
  const ClusterVariance variance = VarianceOfRate(grid, *out.value);
  const auto student = [](double part, double t) {
    const double half = t * std::sqrt(std::max(0.0, part));
    return Reach{half, half};
  };
  const Reach reach = ReachOfVariance(variance, level, student, student);
  out.interval = Interval{*out.value - reach.down, *out.value + reach.up};
  out.basis = variance.has_runs ? IntervalBasis::kRunsAndClusters : IntervalBasis::kItemsOnly;
  return out;
}

RateEstimate EstimateDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                                double level) {
  HONE_CHECK(level > 0 && level < 1);
  KeepCommonItems(&arm, &baseline);
  const std::vector<ItemSums> items = SumsByItem(arm, baseline);
  const ObservationGrid of_arm(std::move(arm));
  const ObservationGrid of_baseline(std::move(baseline));
  HONE_CHECK(of_arm.clusters() == of_baseline.clusters());
  RateEstimate out;
  const std::optional<double> rate = RatioOf(of_arm);
  const std::optional<double> other = RatioOf(of_baseline);
  out.n_items = of_arm.n_items();
  out.n_clusters = static_cast<int>(of_arm.clusters().size());
  out.n_runs = static_cast<int>(std::min(of_arm.runs().size(), of_baseline.runs().size()));
  if (!rate || !other) return out;
  const double difference = *rate - *other;
  out.value = difference;
  if (out.n_clusters < 2) return out;
  double squares = 0;
  double weights = 0;
  for (const ItemSums& each : items) {
    const double apart = each.values[0] / each.weights[0] - each.values[1] / each.weights[1];
    squares += each.weights[0] * apart * apart;
    weights += each.weights[0];
  }
  const double square = std::max(squares / weights, difference * difference);
  const double spread = square - difference * difference;
  ClusterVariance variance = VarianceOfDifference(of_arm, *rate, of_baseline, *other);
  if (!(variance.clusters > kNoVariance) || !(spread > kNoVariance)) variance.clusters = 0;
  const double trials = EffectiveItems(items);
  const auto paired = [&](double part, double t) {
    const double pairs = part > 0 && spread > kNoVariance ? spread / part : trials;
    return PairedReach(difference, square, pairs, t);
  };
  const auto plain = [](double part, double t) {
    return Reach{t * std::sqrt(part), t * std::sqrt(part)};
  };
  const Reach reach = ReachOfVariance(variance, level, paired, plain);
  out.interval =
      Interval{std::max(-1.0, difference - reach.down), std::min(1.0, difference + reach.up)};
  out.basis = variance.has_runs ? IntervalBasis::kRunsAndClusters : IntervalBasis::kItemsOnly;
  return out;
}

}  // namespace hone
