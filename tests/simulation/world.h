// World: tables of solved and unsolved tasks whose true rates are known exactly.
//
// A task of an arm is solved when a standard normal number, made of parts, is below the rate's
// quantile; whatever the parts' shares, the expected rate of each arm is the one asked for. Parts:
// the document (shared by the arms), the document as this arm's skill came out for it, the training
// run of this arm, and the rest. A replicate repeats the task's own luck with probability `repeats`
// (easy tasks stay easy), and an arm has the baseline's very answer with probability `shared`.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "stats/distributions.h"
#include "stats/observation.h"
#include "stats/random_stream.h"

namespace hone {

struct World {
  int clusters = 12;
  double rate = 0.5;          // of the baseline, and of arms without `shift`
  double cluster_effect = 0;  // share of variance that documents make, both parts of it
  double run_effect = 0;      // share that training runs make
  int replicates = 1;
  double shared = 0;
  double repeats = 0.5;
};

class WorldDraw {
 public:
  WorldDraw(const World& world, const std::string& seed) : world_(world), random_(seed) {
    for (int c = 0; c < world.clusters; ++c) {
      // Few documents: 1 to 13 tasks. Many: 1 to 9, 3.7 on average, as in CL-bench.
      constexpr int kFew[] = {1, 2, 3, 5, 8, 13};
      constexpr int kMany[] = {1, 2, 2, 3, 4, 5, 9};
      sizes_.push_back(world.clusters < 100 ? kFew[c % 6] : kMany[c % 7]);
    }
  }

  // Observations by arm; the first is the baseline. `rates` are the true rates of each arm on
  // answers of its own; with shared answers its rate is a mixture, see TrueRate.
  std::vector<std::vector<Observation>> Next(const std::vector<double>& rates) {
    const double common = std::sqrt(0.7 * world_.cluster_effect);
    const double own = std::sqrt(0.3 * world_.cluster_effect);
    const double run = std::sqrt(world_.run_effect);
    const double rest = std::sqrt(1 - world_.cluster_effect - world_.run_effect);
    std::vector<double> documents, luck;
    for (const int size : sizes_) {
      documents.push_back(common * Normal());
      for (int i = 0; i < size; ++i) luck.push_back(random_.Double());
    }
    std::vector<std::vector<Observation>> out(rates.size());
    for (std::size_t a = 0; a < rates.size(); ++a) {
      const double quantile = NormalQuantile(rates[a]);
      std::vector<double> here;
      for (const double document : documents) here.push_back(document + own * Normal());
      out[a].reserve(luck.size() * static_cast<std::size_t>(world_.replicates));
      for (int r = 0; r < world_.replicates; ++r) {
        const double of_run = run * Normal();
        int item = 0;
        for (int c = 0; c < world_.clusters; ++c) {
          const double chance =
              NormalCdf((quantile - here[static_cast<std::size_t>(c)] - of_run) / rest);
          for (int i = 0; i < sizes_[static_cast<std::size_t>(c)]; ++i, ++item) {
            const auto at = out[a].size();
            const bool is_shared = a > 0 && random_.Double() < world_.shared;
            const double draw = random_.Double() < world_.repeats
                                    ? luck[static_cast<std::size_t>(item)]
                                    : random_.Double();
            const double value = is_shared ? out[0][at].value : (draw < chance ? 1.0 : 0.0);
            out[a].push_back({r, c, item, value, 1});
          }
        }
      }
    }
    return out;
  }

  [[nodiscard]] double TrueRate(double own_rate) const {
    return world_.shared * world_.rate + (1 - world_.shared) * own_rate;
  }

 private:
  double Normal() {  // Marsaglia and Bray's polar method, 1964
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double x = 0, y = 0, s = 0;
    do {
      x = 2 * random_.Double() - 1;
      y = 2 * random_.Double() - 1;
      s = x * x + y * y;
    } while (s >= 1 || s == 0);
    const double scale = std::sqrt(-2 * std::log(s) / s);
    spare_ = y * scale;
    has_spare_ = true;
    return x * scale;
  }

  World world_;
  RandomStream random_;
  std::vector<int> sizes_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace hone
