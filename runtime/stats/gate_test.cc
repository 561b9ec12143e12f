#include "stats/gate_test.h"

#include "stats/intervals.h"
#include "stats/paired_test.h"

namespace hone {

GateTest TestGate(std::vector<Observation> candidate, std::vector<Observation> current,
                  double level, const std::string& seed, int flips) {
  GateTest out;
  out.difference = EstimateDifference(candidate, current).value;
  const std::vector<double> differences =
      ClusterDifferences(std::move(candidate), std::move(current));
  out.n_clusters = static_cast<int>(differences.size());
  for (const double each : differences) out.n_changed += each != 0 ? 1 : 0;
  const SignFlip test = SignFlipGreater(differences, seed, flips);
  out.p_value = test.p_value;
  out.is_exact = test.is_exact;
  out.accepts = out.difference.value_or(0) > 0 && out.p_value <= level;
  return out;
}

}  // namespace hone
