// The paired test behind the mark beside a difference.
//
// Per cluster, the difference of the two arms' means over items and replicates, and the sign-flip
// test of these (stats/sign_flip.h): it asks whether other documents could have turned the
// difference. Clusters count alike, however many items they hold. Below 10 clusters no test is
// made.
//
// It says nothing about other training runs. Where both arms have two runs or more, `p_of_runs`
// does: the same difference against its variance over clusters and runs (stats/cluster_variance.h).
// A difference is marked when the p-value, corrected for the table, is at most 0.05, and
// `p_of_runs` is as well where there is one. So an arm that is the baseline again, trained with
// other luck, is marked in at most 5 % of tables. `p_of_runs` is not corrected: with three runs a
// corrected one could hardly ever be small.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/observation.h"
#include "stats/sign_flip.h"

namespace hone {

inline constexpr int kFewestClustersToTest = 10;

struct PairedTest {
  std::optional<double> p_value;
  std::optional<double> p_of_runs;  // nothing when a side has one run, or without a p_value
  bool is_exact = false;
  int n_clusters = 0;
  std::string note;  // why there is no p_value ("too few clusters to test"), else ""
};

// Over the items that both sides have. `flips` as in SignFlipTest.
PairedTest TestDifference(std::vector<Observation> arm, std::vector<Observation> baseline,
                          const std::string& seed = "hone sign flips", int flips = kSignFlips);

// Per cluster that holds an item of both, the mean of `arm` minus the mean of `baseline`; clusters
// ascending.
std::vector<double> ClusterDifferences(std::vector<Observation> arm,
                                       std::vector<Observation> baseline);

// Whether a difference earns its mark at the 5 % level; see above.
bool IsMarked(const std::optional<double>& corrected_p_value,
              const std::optional<double>& p_of_runs);

}  // namespace hone
