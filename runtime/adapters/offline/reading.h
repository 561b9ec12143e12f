// Reading: a text as the offline reader sees it, in sections of sentences.
//
// A section begins at a heading (Markdown, underlined, numbered, in capitals, or a short line of
// its own); short ones are joined and long ones cut between paragraphs. Its label is the heading,
// or the first words where there is none or the heading is not unique: what a skill can name.
// Immutable after construction, so any number of threads may use one.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace hone::offline {

struct Sentence {
  std::string text;             // collapsed to one line
  std::vector<uint64_t> stems;  // StemsOf(text)
  int64_t tokens = 0;
  int section = 0;
  bool heading = false;
};

struct Section {
  std::string label;
  bool headed = false;  // the label is a heading, not first words
  int first_sentence = 0;
  int sentence_count = 0;
  int64_t tokens = 0;
  std::string normal;                 // Normal() of heading and body
  std::vector<uint64_t> label_stems;  // of the label
};

class Reading {
 public:
  explicit Reading(std::string_view text);

  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] const std::vector<Sentence>& sentences() const { return sentences_; }
  [[nodiscard]] int64_t tokens() const { return tokens_; }

  // The section so labelled, else the first one whose label or text contains the phrase; -1 when
  // the text has none. A phrase of one word matches whole labels only.
  [[nodiscard]] int FindSection(std::string_view phrase) const;

  // Up to `count` words that tell this section from the others (in it often, in few others), in
  // lower case, best first.
  [[nodiscard]] std::vector<std::string> Terms(int section, std::size_t count) const;

 private:
  std::vector<Section> sections_;
  std::vector<Sentence> sentences_;
  std::unordered_map<uint64_t, int> section_count_;  // stem -> sections that have it
  int64_t tokens_ = 0;
};

// The last few readings by the hash of their text: one context comes back in most calls of a unit.
// Any thread.
class ReadingCache {
 public:
  explicit ReadingCache(std::size_t capacity) : capacity_(capacity) {}
  std::shared_ptr<const Reading> Get(std::string_view text);

 private:
  using Entry = std::pair<Hash, std::shared_ptr<const Reading>>;
  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the latest first; guarded by mutex_
};

}  // namespace hone::offline
