// Coverage: how often intervals hold the truth and how often the mark appears where nothing
// differs, over simulated tables (tests/simulation/world.h). Prints a table; exit 1 when a figure
// is off its nominal one by more than four simulation errors. Usage: coverage [draws [bootstraps
// [clusters]]]
//   draws       tables per setting (10,000 for the record, some hundreds as a quick check)
//   bootstraps  tables per setting that the percentile bootstrap is tried on, for comparison (0)
//   clusters    leave out settings of more clusters than this
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "simulation/world.h"
#include "stats/bootstrap.h"
#include "stats/intervals.h"
#include "stats/paired_test.h"

namespace hone {
namespace {

struct Share {
  int hits = 0, n = 0;
  void Count(bool hit) {
    hits += hit ? 1 : 0;
    n += 1;
  }
  [[nodiscard]] double value() const { return n > 0 ? static_cast<double>(hits) / n : 0; }
};

struct Figures {
  Share rate, difference, shifted;  // intervals that hold the truth
  Share test, mark;                 // of an arm that equals the baseline
  Share power;                      // marks of the shifted arm
  Share bootstrap, bootstrap_difference;
  double rate_width = 0, difference_width = 0;
};

bool Holds(const RateEstimate& estimate, double truth) {
  return estimate.interval && estimate.interval->low <= truth + 1e-12 &&
         truth <= estimate.interval->high + 1e-12;
}

// The arm's rate where it is better than the baseline: 0.3 standard deviations of the latent number
// (12 points at 50 %, 2.1 points at 2 %), downwards where rates are high.
double ShiftedRate(double rate) {
  return NormalCdf(NormalQuantile(rate) + (rate > 0.5 ? -0.3 : 0.3));
}

Figures Simulate(const World& world, int draws, int bootstraps) {
  const std::string seed = "coverage " + std::to_string(world.clusters) + " " +
                           std::to_string(world.rate) + " " + std::to_string(world.cluster_effect) +
                           " " + std::to_string(world.run_effect) + " " +
                           std::to_string(world.replicates) + " " + std::to_string(world.shared);
  WorldDraw draw(world, seed);
  const double shifted = ShiftedRate(world.rate);
  Figures out;
  for (int i = 0; i < draws; ++i) {
    const auto arms = draw.Next({world.rate, world.rate, shifted});
    const RateEstimate rate = EstimateRate(arms[1]);
    out.rate.Count(Holds(rate, world.rate));
    out.rate_width += (rate.interval->high - rate.interval->low) / draws;
    const RateEstimate same = EstimateDifference(arms[1], arms[0]);
    out.difference.Count(Holds(same, 0));
    out.difference_width += (same.interval->high - same.interval->low) / draws;
    const RateEstimate other = EstimateDifference(arms[2], arms[0]);
    out.shifted.Count(Holds(other, draw.TrueRate(shifted) - world.rate));
    const std::string flips = seed + std::to_string(i);
    const PairedTest null = TestDifference(arms[1], arms[0], flips, 999);
    if (null.p_value) {
      out.test.Count(*null.p_value <= 0.05);
      out.mark.Count(IsMarked(null.p_value, null.p_of_runs));
      const PairedTest true_one = TestDifference(arms[2], arms[0], flips, 999);
      out.power.Count(IsMarked(true_one.p_value, true_one.p_of_runs));
    }
    if (i < bootstraps) {
      BootstrapOptions options;
      options.resamples = 1000;
      out.bootstrap.Count(Holds(BootstrapRate(arms[1], options), world.rate));
      out.bootstrap_difference.Count(Holds(BootstrapDifference(arms[1], arms[0], options), 0));
    }
  }
  return out;
}

// Four standard errors of a simulated share whose expectation is `nominal`.
double Slack(double nominal, int n) { return 4 * std::sqrt(nominal * (1 - nominal) / n); }

int g_failures = 0;

void Check(bool holds, const char* what) {
  if (holds) return;
  std::printf("  <- %s", what);
  ++g_failures;
}

void Judge(const World& world, const Figures& figures) {
  const double low = 0.95 - Slack(0.95, figures.rate.n);
  Check(figures.rate.value() >= low, "the rate's interval covers too little");
  Check(figures.difference.value() >= low, "the difference's interval covers too little");
  Check(figures.shifted.value() >= low, "the shifted difference's interval covers too little");
  if (figures.mark.n > 0) {
    const double high = 0.05 + Slack(0.05, figures.mark.n);
    Check(figures.mark.value() <= high, "the mark appears too often");
    if (world.run_effect == 0) {
      Check(figures.test.value() <= high, "the test rejects too often");
    }
  }
  // Where there are many documents and one run, being too careful is an error as well.
  if (world.clusters >= 100 && world.replicates == 1) {
    const double most = 0.965 + Slack(0.95, figures.rate.n);
    Check(figures.rate.value() <= most, "the rate's interval is too wide");
    if (world.shared == 0) {
      Check(figures.difference.value() <= most + 0.01, "the difference's interval is too wide");
    }
    if (world.rate >= 0.1 && world.rate <= 0.9) {
      Check(figures.test.value() >= 0.05 - Slack(0.05, figures.test.n) - 0.01,
            "the test rejects too seldom");
    }
  }
}

int Main(int draws, int bootstraps, int most_clusters) {
  std::printf(
      "%d draws a setting. rate, A/A, shift: coverage of the 95 %% intervals of a rate, of "
      "a difference of 0, of a true difference;\nwidth: mean width of the first two; test, "
      "mark: share of A/A differences with p <= 0.05, and marked; power: of the true "
      "difference;\nboot: coverage of the percentile bootstrap (%d draws)\n\n",
      draws, bootstraps);
  std::printf("%8s %5s %7s %5s %4s %6s | %6s %6s %6s | %6s %6s | %6s %6s %6s | %6s %6s\n",
              "clusters", "rate", "cluster", "runs", "run", "shared", "rate", "A/A", "shift",
              "width", "width", "test", "mark", "power", "boot", "boot d");
  for (const int clusters : {6, 12, 500}) {
    if (clusters > most_clusters) continue;
    for (const double rate : {0.02, 0.1, 0.5, 0.9, 0.98}) {
      for (const double effect : {0.0, 0.3}) {
        for (const auto& [replicates, run_effect] :
             {std::pair<int, double>{1, 0.0}, {3, 0.0}, {3, 0.01}}) {
          for (const double shared : {0.0, 0.5}) {
            World world;
            world.clusters = clusters;
            world.rate = rate;
            world.cluster_effect = effect;
            world.replicates = replicates;
            world.run_effect = run_effect;
            world.shared = shared;
            const Figures f = Simulate(world, draws, bootstraps);
            std::printf("%8d %5.2f %7.2f %5d %4.2f %6.1f | %6.4f %6.4f %6.4f | %6.3f %6.3f | ",
                        clusters, rate, effect, replicates, run_effect, shared, f.rate.value(),
                        f.difference.value(), f.shifted.value(), f.rate_width, f.difference_width);
            if (f.mark.n > 0) {
              std::printf("%6.4f %6.4f %6.4f | ", f.test.value(), f.mark.value(), f.power.value());
            } else {
              std::printf("%6s %6s %6s | ", "-", "-", "-");
            }
            if (bootstraps > 0) {
              std::printf("%6.3f %6.3f", f.bootstrap.value(), f.bootstrap_difference.value());
            } else {
              std::printf("%6s %6s", "-", "-");
            }
            Judge(world, f);
            std::printf("\n");
            std::fflush(stdout);
          }
        }
      }
    }
  }
  std::printf("\n%s\n",
              g_failures == 0 ? "every figure holds" : "figures that do not hold: see <-");
  return g_failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hone

int main(int argc, char** argv) {
  const int draws = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const int bootstraps = argc > 2 ? std::atoi(argv[2]) : 0;
  const int most_clusters = argc > 3 ? std::atoi(argv[3]) : 500;
  if (draws < 100 || bootstraps < 0 || most_clusters < 6) {
    std::fprintf(stderr, "usage: coverage [draws, 100 or more [bootstraps [clusters]]]\n");
    return 2;
  }
  return hone::Main(draws, bootstraps, most_clusters);
}
