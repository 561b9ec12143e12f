#include "adapters/offline/retriever.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

constexpr double kNeighbour = 0.25;  // weight of a word that stands in a neighbouring sentence

}  // namespace

Retriever::Retriever(const Reading& context, const Seen& seen) : context_(context), seen_(seen) {
  for (const int index : seen.sentences) {
    for (const uint64_t stem : At(index).stems) ++count_[stem];
    is_seen_[index] = true;
  }
}

std::vector<int> Retriever::Rank(const std::vector<uint64_t>& question) const {
  std::vector<std::pair<double, int>> scored;
  for (const int index : seen_.sentences) {
    if (At(index).heading) continue;
    double score = 0;
    for (const uint64_t stem : question) {
      if (HasStem(At(index).stems, stem)) {
        score += Rarity(stem);
      } else if (HasStem(SectionOf(index).label_stems, stem) || Near(index - 1, index, stem) ||
                 Near(index + 1, index, stem)) {
        score += kNeighbour * Rarity(stem);
      }
    }
    score /= 1.0 + 0.004 * static_cast<double>(At(index).tokens);
    if (score > 0) scored.emplace_back(score, index);
  }
  std::sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<int> out;
  for (const auto& [score, index] : scored) out.push_back(index);
  return out;
}

double Retriever::Rarity(uint64_t stem) const {
  const auto found = count_.find(stem);
  if (found == count_.end()) return 0;
  return std::log(1.0 + static_cast<double>(seen_.sentences.size()) / found->second);
}

const Sentence& Retriever::At(int index) const {
  return context_.sentences()[static_cast<std::size_t>(index)];
}

const Section& Retriever::SectionOf(int index) const {
  return context_.sections()[static_cast<std::size_t>(At(index).section)];
}

bool Retriever::Near(int neighbour, int index, uint64_t stem) const {
  return IsSeen(neighbour) && At(neighbour).section == At(index).section &&
         HasStem(At(neighbour).stems, stem);
}

}  // namespace hone::offline
