#include "data/context_choice.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace hone {
namespace {

// Deals `most` places in turn to holders that have room for `room[i]` each.
std::vector<std::size_t> Deal(const std::vector<std::size_t>& room, std::size_t most) {
  std::vector<std::size_t> dealt(room.size(), 0);
  bool gave = true;
  while (most > 0 && gave) {
    gave = false;
    for (std::size_t i = 0; i < room.size() && most > 0; ++i) {
      if (dealt[i] == room[i]) continue;
      ++dealt[i];
      --most;
      gave = true;
    }
  }
  return dealt;
}

}  // namespace

std::vector<std::size_t> ChooseSpread(const std::vector<Choosable>& items, std::size_t most,
                                      std::size_t most_per_source) {
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> clusters;
  for (std::size_t i = 0; i < items.size(); ++i) {
    clusters[items[i].cluster][items[i].source].push_back(i);
  }
  const auto room_of = [&](const std::vector<std::size_t>& source) {
    return most_per_source == 0 ? source.size() : std::min(source.size(), most_per_source);
  };
  std::vector<std::size_t> cluster_room;
  for (const auto& [cluster, sources] : clusters) {
    std::size_t room = 0;
    for (const auto& [source, indexes] : sources) room += room_of(indexes);
    cluster_room.push_back(room);
  }
  const std::vector<std::size_t> per_cluster = Deal(cluster_room, most == 0 ? items.size() : most);
  std::vector<std::size_t> chosen;
  std::size_t c = 0;
  for (const auto& [cluster, sources] : clusters) {
    std::vector<std::size_t> source_room;
    for (const auto& [source, indexes] : sources) source_room.push_back(room_of(indexes));
    const std::vector<std::size_t> per_source = Deal(source_room, per_cluster[c++]);
    std::size_t s = 0;
    for (const auto& [source, indexes] : sources) {
      const std::size_t count = per_source[s++];
      for (std::size_t k = 0; k < count; ++k) {
        chosen.push_back(indexes[(2 * k + 1) * indexes.size() / (2 * count)]);
      }
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace hone
