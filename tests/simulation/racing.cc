// Racing: how often a race of arms drops the truly best one, and what it saves, by simulation.
//
// One arm is better than the others by a gap; the others are equal. Documents come one after the
// other; the race looks after every tenth (optional stopping at its greediest: the evidence is the
// largest on the way). Prints a table; exit 1 when the best arm falls more often than the level
// allows, by four simulation errors. Usage: racing [races per setting]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "simulation/world.h"
#include "stats/race.h"

namespace hone {
namespace {

constexpr double kLevel = 0.05;
constexpr int kClusters = 200;
constexpr int kLook = 10;

std::vector<std::optional<double>> ClusterMeans(const std::vector<Observation>& arm) {
  std::vector<double> sums(kClusters), counts(kClusters);
  for (const Observation& each : arm) {
    sums[static_cast<std::size_t>(each.cluster)] += each.value;
    counts[static_cast<std::size_t>(each.cluster)] += 1;
  }
  std::vector<std::optional<double>> out;
  for (std::size_t c = 0; c < sums.size(); ++c) out.emplace_back(sums[c] / counts[c]);
  return out;
}

struct Outcome {
  int best_fell = 0;
  double saved = 0;    // share of (arm, document) cells that were not evaluated
  double dropped = 0;  // share of the worse arms that fell
};

Outcome Simulate(int arms, double gap, double effect, int races) {
  World world;
  world.clusters = kClusters;
  world.rate = 0.4;
  world.cluster_effect = effect;
  WorldDraw draw(world, "racing " + std::to_string(arms) + std::to_string(gap));
  std::vector<double> rates(static_cast<std::size_t>(arms), 0.4);
  rates[0] += gap;
  Outcome out;
  for (int race = 0; race < races; ++race) {
    std::vector<std::vector<std::optional<double>>> all;
    for (const auto& arm : draw.Next(rates)) all.push_back(ClusterMeans(arm));
    std::vector<std::vector<std::optional<double>>> seen(all.size());
    std::vector<bool> has_fallen(all.size(), false);
    for (int from = 0; from < kClusters; from += kLook) {
      for (std::size_t arm = 0; arm < all.size(); ++arm) {
        if (has_fallen[arm]) {
          out.saved += static_cast<double>(kLook) / (kClusters * arms * races);
          continue;
        }
        seen[arm].insert(seen[arm].end(), all[arm].begin() + from, all[arm].begin() + from + kLook);
      }
      for (const RaceDrop& drop : RaceDrops(seen, arms, kLevel)) {
        has_fallen[static_cast<std::size_t>(drop.arm)] = true;
      }
    }
    out.best_fell += has_fallen[0] ? 1 : 0;
    for (std::size_t arm = 1; arm < all.size(); ++arm) {
      if (has_fallen[arm]) out.dropped += 1.0 / ((arms - 1) * races);
    }
  }
  return out;
}

int Main(int races) {
  std::printf(
      "%d races a setting over %d documents of 3.7 tasks, rate 40 %% and the gap, level %.2f, "
      "a look every %d documents\n\n%4s %8s %9s | %10s %10s %10s\n",
      races, kClusters, kLevel, kLook, "arms", "cluster", "gap", "best fell", "worse fell",
      "saved");
  int failures = 0;
  for (const int arms : {2, 8}) {
    for (const double effect : {0.0, 0.3}) {
      for (const double gap : {0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1}) {
        const Outcome got = Simulate(arms, gap, effect, races);
        const double share = static_cast<double>(got.best_fell) / races;
        const bool holds = share <= kLevel + 4 * std::sqrt(kLevel * (1 - kLevel) / races);
        failures += holds ? 0 : 1;
        std::printf("%4d %8.2f %4.0f pts. | %10.4f %10.4f %9.1f%%%s\n", arms, effect, 100 * gap,
                    share, got.dropped, 100 * got.saved, holds ? "" : "  <- above the level");
        std::fflush(stdout);
      }
    }
  }
  std::printf("\n%s\n", failures == 0 ? "every figure holds" : "figures that do not hold: see <-");
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) {
  const int races = argc > 1 ? std::atoi(argv[1]) : 2'000;
  if (races < 100) {
    std::fprintf(stderr, "usage: racing [races per setting, 100 or more]\n");
    return 2;
  }
  return hone::Main(races);
}
