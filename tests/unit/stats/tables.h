// Tables of observations for tests of stats/.
#pragma once

#include <string>
#include <vector>

#include "stats/observation.h"
#include "stats/random_stream.h"

namespace hone {

// `rate(run, cluster, item)` says the value of each cell of a full table.
template <typename Rate>
std::vector<Observation> Table(int runs, int clusters, int items, Rate rate) {
  std::vector<Observation> out;
  for (int r = 0; r < runs; ++r) {
    for (int c = 0; c < clusters; ++c) {
      for (int i = 0; i < items; ++i) out.push_back({r, c, c * items + i, rate(r, c, i), 1});
    }
  }
  return out;
}

// Items of a cluster share their luck: what a bootstrap over items alone would overlook.
inline std::vector<Observation> RandomTable(const std::string& seed, int runs, int clusters,
                                            int items, double level) {
  RandomStream random(seed);
  std::vector<double> luck(static_cast<std::size_t>(clusters));
  for (double& each : luck) each = level + (random.Double() - 0.5) * 0.8;
  return Table(runs, clusters, items, [&](int, int c, int) {
    return random.Double() < luck[static_cast<std::size_t>(c)] ? 1.0 : 0.0;
  });
}

}  // namespace hone
