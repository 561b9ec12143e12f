#include "stats/cluster_variance.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "stats/distributions.h"

namespace hone {
namespace {

// Influences of the cells of one side, run by run, and the shares of weight of runs and clusters.
struct Influence {
  std::size_t n_runs = 0;
  std::size_t n_clusters = 0;
  std::vector<double> cells;
  std::vector<double> run_shares, cluster_shares;
};

Influence InfluenceOf(const ObservationGrid& grid, double rate) {
  Influence out;
  out.n_runs = grid.runs().size();
  out.n_clusters = grid.clusters().size();
  out.run_shares.resize(out.n_runs);
  out.cluster_shares.resize(out.n_clusters);
  double weight = 0;
  for (std::size_t r = 0; r < out.n_runs; ++r) {
    for (std::size_t c = 0; c < out.n_clusters; ++c) {
      out.run_shares[r] += grid.weight(r, c);
      out.cluster_shares[c] += grid.weight(r, c);
    }
    weight += out.run_shares[r];
  }
  for (double& share : out.run_shares) share /= weight;
  for (double& share : out.cluster_shares) share /= weight;
  for (std::size_t r = 0; r < out.n_runs; ++r) {
    for (std::size_t c = 0; c < out.n_clusters; ++c) {
      out.cells.push_back((grid.value(r, c) - rate * grid.weight(r, c)) / weight);
    }
  }
  return out;
}

double Room(double share) { return std::max(1 - share, 1e-9); }

// The CR2 variance of groups with these sums of influence.
double Corrected(const std::vector<double>& sums, const std::vector<double>& shares) {
  double out = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) out += sums[i] * sums[i] / Room(shares[i]);
  return out;
}

std::vector<double> ClusterSums(const Influence& of) {
  std::vector<double> sums(of.n_clusters);
  for (std::size_t i = 0; i < of.cells.size(); ++i) sums[i % of.n_clusters] += of.cells[i];
  return sums;
}

// The parts that runs add, of influences whose runs are drawn together.
void AddRuns(const Influence& of, ClusterVariance* out) {
  const std::vector<double> cluster_sums = ClusterSums(of);
  std::vector<double> run_sums(of.n_runs);
  for (std::size_t i = 0; i < of.cells.size(); ++i) run_sums[i / of.n_clusters] += of.cells[i];
  out->runs += Corrected(run_sums, of.run_shares);
  for (std::size_t r = 0; r < of.n_runs; ++r) {
    for (std::size_t c = 0; c < of.n_clusters; ++c) {
      const double rest = of.cells[r * of.n_clusters + c] - of.cluster_shares[c] * run_sums[r] -
                          of.run_shares[r] * cluster_sums[c];
      out->residual += rest * rest / (Room(of.cluster_shares[c]) * Room(of.run_shares[r]));
    }
  }
}

}  // namespace

double SatterthwaiteDf(const std::vector<double>& shares) {
  // The form is sum(e_g^2 / (1 - h_g)) with cov(e) = diag(h) - h h'; its expectation is 1.
  double squares = 0;
  double sum = 0;
  double sum_of_squares = 0;
  for (const double h : shares) {
    const double g = h * h / Room(h);
    squares += h * h;
    sum += g;
    sum_of_squares += g * g;
  }
  const double most = std::max(1.0, static_cast<double>(shares.size()) - 1);
  return std::clamp(1 / (squares + sum * sum - sum_of_squares), 1.0, most);
}

ClusterVariance VarianceOfRate(const ObservationGrid& grid, double rate) {
  const Influence influence = InfluenceOf(grid, rate);
  HONE_CHECK(influence.n_clusters >= 2);
  ClusterVariance out;
  out.clusters = Corrected(ClusterSums(influence), influence.cluster_shares);
  out.cluster_df = SatterthwaiteDf(influence.cluster_shares);
  out.has_runs = influence.n_runs > 1;
  if (!out.has_runs) return out;
  out.run_df = SatterthwaiteDf(influence.run_shares);
  AddRuns(influence, &out);
  return out;
}

ClusterVariance VarianceOfDifference(const ObservationGrid& arm, double arm_rate,
                                     const ObservationGrid& baseline, double baseline_rate) {
  HONE_CHECK(arm.clusters() == baseline.clusters());
  const Influence plus = InfluenceOf(arm, arm_rate);
  const Influence minus = InfluenceOf(baseline, baseline_rate);
  HONE_CHECK(plus.n_clusters >= 2);
  ClusterVariance out;
  std::vector<double> sums = ClusterSums(plus);
  const std::vector<double> subtracted = ClusterSums(minus);
  std::vector<double> shares = plus.cluster_shares;
  for (std::size_t c = 0; c < sums.size(); ++c) {
    sums[c] -= subtracted[c];
    shares[c] = (shares[c] + minus.cluster_shares[c]) / 2;
  }
  out.clusters = Corrected(sums, shares);
  out.cluster_df = SatterthwaiteDf(shares);
  out.has_runs = plus.n_runs > 1 && minus.n_runs > 1;
  if (!out.has_runs) return out;
  out.run_df = std::min(SatterthwaiteDf(plus.run_shares), SatterthwaiteDf(minus.run_shares));
  if (arm.runs() == baseline.runs()) {  // a replicate of both sides is drawn as one
    Influence both = plus;
    both.cluster_shares = shares;
    for (std::size_t i = 0; i < both.cells.size(); ++i) both.cells[i] -= minus.cells[i];
    for (std::size_t r = 0; r < both.n_runs; ++r) {
      both.run_shares[r] = (both.run_shares[r] + minus.run_shares[r]) / 2;
    }
    AddRuns(both, &out);
  } else {
    AddRuns(plus, &out);
    AddRuns(minus, &out);
  }
  return out;
}

double PValueOfZero(double value, const ClusterVariance& variance) {
  if (value == 0) return 1;
  const double of_clusters =
      variance.clusters > 0
          ? StudentTwoSided(value / std::sqrt(variance.clusters), variance.cluster_df)
          : 0;
  if (!variance.has_runs || !(variance.runs > 0)) return of_clusters;
  const double apart = std::max(0.0, variance.clusters - variance.residual);
  // In the logarithm of the level; the runs can only make it larger.
  double low = std::log(std::max(of_clusters, 1e-12));
  double high = 0;
  for (int i = 0; i < 30 && high - low > 1e-7; ++i) {
    const double middle = (low + high) / 2;
    const double p = 1 - std::exp(middle) / 2;
    const double t1 = StudentQuantile(p, variance.cluster_df);
    const double t2 = StudentQuantile(p, variance.run_df);
    const bool is_significant = value * value >= t1 * t1 * apart + t2 * t2 * variance.runs;
    (is_significant ? high : low) = middle;
  }
  return std::max(of_clusters, std::exp(high));
}

}  // namespace hone
