// Retriever: the seen sentences of a context in the order in which they match a question.
//
// A sentence scores the rarity of each word that it shares with the question, a quarter of it where
// only its heading or a neighbour holds the word; of two that match alike the shorter one wins.
// Borrows the reading and what was seen of it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "adapters/offline/attention.h"
#include "adapters/offline/reading.h"

namespace hone::offline {

class Retriever {
 public:
  Retriever(const Reading& context, const Seen& seen);

  // Seen sentences by falling score; those that share nothing are left out, headings too: they name
  // their statements.
  [[nodiscard]] std::vector<int> Rank(const std::vector<uint64_t>& question) const;
  [[nodiscard]] bool IsSeen(int index) const { return is_seen_.count(index) > 0; }
  // How much a word tells: the rarer among the seen sentences, the more; 0 when in none.
  [[nodiscard]] double Rarity(uint64_t stem) const;

 private:
  [[nodiscard]] const Sentence& At(int index) const;
  [[nodiscard]] const Section& SectionOf(int index) const;
  [[nodiscard]] bool Near(int neighbour, int index, uint64_t stem) const;

  const Reading& context_;
  const Seen& seen_;
  std::unordered_map<uint64_t, int> count_;
  std::unordered_map<int, bool> is_seen_;
};

}  // namespace hone::offline
