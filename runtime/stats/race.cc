#include "stats/race.h"

#include <algorithm>
#include <array>

#include "base/result.h"

namespace hone {
namespace {

// From one that suits small steady gains over noisy clusters to one that suits large gains.
constexpr std::array<double, 10> kStakes = {0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9};
constexpr double kMostCapital = 1e100;

}  // namespace

RaceEvidence EvidenceOf(const std::vector<double>& differences) {
  RaceEvidence out;
  std::array<double, kStakes.size()> capital;
  capital.fill(1);
  double sum = 0;
  for (const double each : differences) {
    HONE_CHECK(each >= -1 && each <= 1);
    sum += each;
    double total = 0;
    for (std::size_t i = 0; i < kStakes.size(); ++i) {
      capital[i] = std::min(kMostCapital, capital[i] * (1 + kStakes[i] * each));
      total += capital[i];
    }
    out.capital = std::max(out.capital, total / static_cast<double>(kStakes.size()));
  }
  out.n_clusters = static_cast<int>(differences.size());
  if (out.n_clusters > 0) out.mean_difference = sum / out.n_clusters;
  return out;
}

std::vector<RaceDrop> RaceDrops(const std::vector<std::vector<std::optional<double>>>& means,
                                int n_arms, double level) {
  HONE_CHECK(level > 0 && level < 1);
  HONE_CHECK(n_arms >= static_cast<int>(means.size()));
  std::vector<RaceDrop> out;
  std::vector<double> differences;
  for (std::size_t arm = 0; arm < means.size(); ++arm) {
    RaceDrop worst;
    worst.arm = static_cast<int>(arm);
    for (std::size_t rival = 0; rival < means.size(); ++rival) {
      if (rival == arm) continue;
      differences.clear();
      const std::size_t n = std::min(means[arm].size(), means[rival].size());
      for (std::size_t c = 0; c < n; ++c) {
        if (means[arm][c] && means[rival][c])
          differences.push_back(*means[rival][c] - *means[arm][c]);
      }
      const RaceEvidence evidence = EvidenceOf(differences);
      if (evidence.capital > worst.evidence.capital) {
        worst.rival = static_cast<int>(rival);
        worst.evidence = evidence;
      }
    }
    worst.p_value = std::min(1.0, (n_arms - 1) / worst.evidence.capital);
    if (worst.p_value <= level) out.push_back(worst);
  }
  return out;
}

}  // namespace hone
