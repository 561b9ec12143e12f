// Same arms: how often tables of an experiment mark an arm that is the baseline again.
//
// Every table has a baseline and arms that all equal it (answers of their own, partly shared, and
// luck of their training runs where there are several); the p-values are corrected after Holm, as
// in a result table. Exit 1 when the first of them, the A/A arm, is marked in more than 5 % of the
// tables, by four simulation errors. Usage: same_arms
// [tables per setting [most arms]]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "simulation/world.h"
#include "stats/multiplicity.h"
#include "stats/paired_test.h"

namespace hone {
namespace {

int Main(int tables, int most_arms) {
  std::printf(
      "%d tables a setting. A/A: share of tables that mark the A/A arm; any: that mark any "
      "of the arms; uncorrected: A/A, without Holm's correction\n\n"
      "%4s %8s %5s %5s %4s %6s | %8s %8s %11s\n",
      tables, "arms", "clusters", "rate", "runs", "run", "shared", "A/A", "any", "uncorrected");
  int failures = 0;
  for (const int arms : {1, 5, 14}) {
    if (arms > most_arms) continue;
    for (const int clusters : {12, 60}) {
      for (const double rate : {0.1, 0.5}) {
        for (const auto& [replicates, run_effect] :
             {std::pair<int, double>{1, 0.0}, {3, 0.0}, {3, 0.01}}) {
          World world;
          world.clusters = clusters;
          world.rate = rate;
          world.cluster_effect = 0.3;
          world.replicates = replicates;
          world.run_effect = run_effect;
          world.shared = 0.3;
          const std::string seed = "same " + std::to_string(arms) + std::to_string(clusters) +
                                   std::to_string(rate) + std::to_string(replicates);
          WorldDraw draw(world, seed);
          int marked = 0, any = 0, uncorrected = 0;
          for (int table = 0; table < tables; ++table) {
            const auto rows =
                draw.Next(std::vector<double>(static_cast<std::size_t>(arms) + 1, rate));
            std::vector<PairedTest> tests;
            std::vector<std::optional<double>> p_values;
            for (std::size_t arm = 1; arm < rows.size(); ++arm) {
              tests.push_back(
                  TestDifference(rows[arm], rows[0], seed + std::to_string(table), 1999));
              p_values.push_back(tests.back().p_value);
            }
            const std::vector<std::optional<double>> corrected = HolmAdjusted(p_values);
            bool is_any = false;
            for (std::size_t i = 0; i < tests.size(); ++i) {
              is_any = is_any || IsMarked(corrected[i], tests[i].p_of_runs);
            }
            any += is_any ? 1 : 0;
            marked += IsMarked(corrected[0], tests[0].p_of_runs) ? 1 : 0;
            uncorrected += IsMarked(p_values[0], tests[0].p_of_runs) ? 1 : 0;
          }
          const double share = static_cast<double>(marked) / tables;
          const bool holds = share <= 0.05 + 4 * std::sqrt(0.05 * 0.95 / tables);
          failures += holds ? 0 : 1;
          std::printf("%4d %8d %5.2f %5d %4.2f %6.1f | %8.4f %8.4f %11.4f%s\n", arms, clusters,
                      rate, replicates, run_effect, world.shared, share,
                      static_cast<double>(any) / tables, static_cast<double>(uncorrected) / tables,
                      holds ? "" : "  <- above 5 %");
          std::fflush(stdout);
        }
      }
    }
  }
  std::printf("\n%s\n", failures == 0 ? "every figure holds" : "figures that do not hold: see <-");
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) {
  const int tables = argc > 1 ? std::atoi(argv[1]) : 1'000;
  const int most_arms = argc > 2 ? std::atoi(argv[2]) : 14;
  if (tables < 100 || most_arms < 1) {
    std::fprintf(stderr, "usage: same_arms [tables per setting, 100 or more [most arms]]\n");
    return 2;
  }
  return hone::Main(tables, most_arms);
}
