#include "data/document_clusters.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kMaxEntries = 4'000'000;
constexpr std::size_t kMaxPairedGroup = 128;

std::size_t FindRoot(std::vector<std::size_t>* parent, std::size_t i) {
  while ((*parent)[i] != i) {
    (*parent)[i] = (*parent)[(*parent)[i]];
    i = (*parent)[i];
  }
  return i;
}

void Join(std::vector<std::size_t>* parent, std::size_t a, std::size_t b) {
  a = FindRoot(parent, a);
  b = FindRoot(parent, b);
  (*parent)[std::max(a, b)] = std::min(a, b);
}

}  // namespace

std::vector<std::size_t> JoinNearDuplicates(const std::vector<std::vector<uint64_t>>& sets,
                                            double threshold) {
  std::vector<std::size_t> parent(sets.size());
  std::iota(parent.begin(), parent.end(), 0U);
  std::size_t total = 0;
  for (const auto& set : sets) total += set.size();
  const uint64_t limit = total <= kMaxEntries ? UINT64_MAX : UINT64_MAX / (total / kMaxEntries + 1);

  std::vector<std::pair<uint64_t, uint32_t>> entries;
  std::vector<std::size_t> sizes(sets.size(), 0);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const uint64_t shingle : sets[i]) {
      if (shingle > limit) break;  // the set is sorted
      entries.emplace_back(shingle, static_cast<uint32_t>(i));
      ++sizes[i];
    }
  }
  std::sort(entries.begin(), entries.end());

  std::unordered_map<uint64_t, std::size_t> shared;  // pair of sets -> common shingles
  for (std::size_t first = 0; first < entries.size();) {
    std::size_t last = first;
    while (last < entries.size() && entries[last].first == entries[first].first) ++last;
    // Of a shingle that very many texts share, pairs with the first few suffice to join them.
    const std::size_t left = last - first <= kMaxPairedGroup ? last : first + 8;
    for (std::size_t a = first; a < left; ++a) {
      for (std::size_t b = a + 1; b < last; ++b) {
        ++shared[(uint64_t{entries[a].second} << 32U) | entries[b].second];
      }
    }
    first = last;
  }
  for (const auto& [pair, count] : shared) {
    const std::size_t a = pair >> 32U;
    const std::size_t b = pair & 0xFFFFFFFFU;
    const auto smaller = static_cast<double>(std::min(sizes[a], sizes[b]));
    if (static_cast<double>(count) >= threshold * smaller) Join(&parent, a, b);
  }
  std::vector<std::size_t> groups(sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) groups[i] = FindRoot(&parent, i);
  return groups;
}

}  // namespace hone
