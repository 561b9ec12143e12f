#include "stats/paired_test.h"

#include "base/result.h"
#include "stats/cluster_variance.h"

namespace hone {
namespace {

// What both sides have, cell by cell.
struct Grids {
  ObservationGrid arm;
  ObservationGrid baseline;
};

Grids GridsOf(std::vector<Observation> arm, std::vector<Observation> baseline) {
  KeepCommonItems(&arm, &baseline);
  Grids out{ObservationGrid(std::move(arm)), ObservationGrid(std::move(baseline))};
  HONE_CHECK(out.arm.clusters() == out.baseline.clusters());
  return out;
}

// Over all runs. Weights are positive: only items of positive weight on both sides were kept.
std::vector<double> ClusterMeans(const ObservationGrid& grid) {
  std::vector<double> out;
  for (std::size_t c = 0; c < grid.clusters().size(); ++c) {
    double values = 0;
    double weights = 0;
    for (std::size_t r = 0; r < grid.runs().size(); ++r) {
      values += grid.value(r, c);
      weights += grid.weight(r, c);
    }
    out.push_back(values / weights);
  }
  return out;
}

std::vector<double> Differences(const Grids& grids) {
  std::vector<double> out = ClusterMeans(grids.arm);
  const std::vector<double> others = ClusterMeans(grids.baseline);
  for (std::size_t c = 0; c < out.size(); ++c) out[c] -= others[c];
  return out;
}

// The grid in which every cluster weighs the same, so that its rate is the mean of cluster means.
ObservationGrid WithEqualClusters(const ObservationGrid& grid) {
  std::vector<Observation> cells;
  for (std::size_t c = 0; c < grid.clusters().size(); ++c) {
    double of_cluster = 0;
    for (std::size_t r = 0; r < grid.runs().size(); ++r) of_cluster += grid.weight(r, c);
    for (std::size_t r = 0; r < grid.runs().size(); ++r) {
      const double weight = grid.weight(r, c);
      if (!(weight > 0)) continue;
      const int cluster = grid.clusters()[c];
      cells.push_back(
          {grid.runs()[r], cluster, cluster, grid.value(r, c) / weight, weight / of_cluster});
    }
  }
  return ObservationGrid(std::move(cells));
}

double PValueOverRuns(const Grids& grids) {
  const auto mean = [](const ObservationGrid& grid) {
    double sum = 0;
    for (const double each : ClusterMeans(grid)) sum += each;
    return sum / static_cast<double>(grid.clusters().size());
  };
  const double arm = mean(grids.arm);
  const double baseline = mean(grids.baseline);
  return PValueOfZero(arm - baseline,
                      VarianceOfDifference(WithEqualClusters(grids.arm), arm,
                                           WithEqualClusters(grids.baseline), baseline));
}

}  // namespace

std::vector<double> ClusterDifferences(std::vector<Observation> arm,
                                       std::vector<Observation> baseline) {
  return Differences(GridsOf(std::move(arm), std::move(baseline)));
}

PairedTest TestDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                          const std::string& seed, int flips) {
  const Grids grids = GridsOf(std::move(arm), std::move(baseline));
  PairedTest out;
  out.n_clusters = static_cast<int>(grids.arm.clusters().size());
  if (out.n_clusters < kFewestClustersToTest) {
    out.note = "too few clusters to test";
    return out;
  }
  const SignFlip test = SignFlipTest(Differences(grids), seed, flips);
  out.p_value = test.p_value;
  out.is_exact = test.is_exact;
  if (grids.arm.runs().size() > 1 && grids.baseline.runs().size() > 1) {
    out.p_of_runs = PValueOverRuns(grids);
  }
  return out;
}

bool IsMarked(const std::optional<double>& corrected_p_value,
              const std::optional<double>& p_of_runs) {
  return corrected_p_value && *corrected_p_value <= 0.05 && (!p_of_runs || *p_of_runs <= 0.05);
}

}  // namespace hone
