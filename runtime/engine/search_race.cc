// The race: which candidates an anytime-valid paired test finds worse than a rival (stats/race.h).
#include <algorithm>

#include "engine/search.h"
#include "stats/race.h"

namespace hone {

// Mean over the tasks of each cluster, of every arm that started; clusters in the order of rungs.
std::vector<std::vector<std::optional<double>>> Search::ClusterMeans() const {
  std::vector<std::size_t> arms = {loaded_.search->base};
  const std::vector<std::size_t>& candidates = loaded_.search->candidates;
  arms.insert(arms.end(), candidates.begin(), candidates.end());
  std::vector<std::vector<std::optional<double>>> out(arms.size());
  for (std::size_t row = 0; row < arms.size(); ++row) {
    ItemScore sum;
    for (std::size_t i = 0; i < sizes_[rung_]; ++i) {
      if (const auto found = seen_.find({arms[row], order_[i]}); found != seen_.end()) {
        sum.solved += found->second.solved;
        sum.tasks += found->second.tasks;
      }
      const bool ends = i + 1 == sizes_[rung_] ||
                        loaded_.items[order_[i]].cluster != loaded_.items[order_[i + 1]].cluster;
      if (!ends) continue;
      out[row].emplace_back();
      if (sum.tasks > 0) {
        out[row].back() = static_cast<double>(sum.solved) / static_cast<double>(sum.tasks);
      }
      sum = {};
    }
  }
  return out;
}

void Search::DropBeaten() {
  const std::vector<std::vector<std::optional<double>>> means = ClusterMeans();
  for (const RaceDrop& drop : RaceDrops(means, static_cast<int>(means.size()), spec_.level)) {
    if (drop.arm == 0) continue;  // the varied arm stays: it is reported in any case
    const auto index_of = [this](int row) {
      return row == 0 ? loaded_.search->base
                      : loaded_.search->candidates[static_cast<std::size_t>(row - 1)];
    };
    const std::size_t arm = index_of(drop.arm);
    if (std::find(alive_.begin(), alive_.end(), arm) == alive_.end()) continue;
    const std::string& rival = loaded_.arms[index_of(drop.rival)].spec.name;
    const ItemScore score = Total(seen_, arm);
    Json evidence = Json::MakeObject({{"solved", Json(score.solved)},
                                      {"tasks", Json(score.tasks)},
                                      {"clusters", Json(drop.evidence.n_clusters)},
                                      {"rival", Json(rival)},
                                      {"mean_difference", Json(drop.evidence.mean_difference)},
                                      {"p_value", Json(drop.p_value)},
                                      {"level", Json(spec_.level)},
                                      {"test", Json("anytime-valid paired betting test")}});
    Remove(arm, "drop",
           "beaten by " + rival + " on " + std::to_string(drop.evidence.n_clusters) +
               " clusters (anytime-valid paired test, level " + Json(spec_.level).Dump() + ")",
           std::move(evidence));
  }
}

}  // namespace hone
