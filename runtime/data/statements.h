// The full sentences of a text, each with the place of every byte, as raw material for questions.
//
// Rules, no language model: English prose in plain-text layout (wrapped lines, list items,
// footnotes, indented code, tables of contents). Doubtful material is left out rather than guessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hone {

struct StatementWord {
  uint32_t first = 0;  // of the bare word in TextStatement::text
  uint32_t last = 0;
  uint32_t outer_first = 0;  // with the quotes, brackets and marks around it
  uint32_t outer_last = 0;
  std::string lower;  // the bare word, ASCII lower case
  char mark = 0;      // ',' ';' ':' or '.' after it, else 0
};

struct TextStatement {
  std::string text;          // the sentence with runs of white space as one space, no list mark
  std::vector<uint32_t> at;  // text[i] stands at byte at[i] of the source
  std::size_t first = 0;     // the sentence in the source: [first, last)
  std::size_t last = 0;
  std::string heading;  // the nearest heading above it, or ""
  std::vector<StatementWord> words;
};

// Sentences of 7 to 90 words that start with a capital or a quote and end with a full stop, have
// balanced quotes and brackets, and are not set in capitals. In the order of the text, never
// overlapping.
std::vector<TextStatement> FindStatements(std::string_view text);

// How often each bare word (lower case) occurs, and whether it also occurs written in lower case.
class Vocabulary {
 public:
  explicit Vocabulary(std::string_view text);
  [[nodiscard]] std::size_t Count(const std::string& lower) const;
  [[nodiscard]] bool SeenInLowerCase(const std::string& lower) const;

 private:
  struct Entry {
    std::size_t count = 0;
    bool lower_case = false;
  };
  std::unordered_map<std::string, Entry> entries_;
};

// Articles, pronouns, prepositions, auxiliaries and the like: words that carry no topic.
bool IsFunctionWord(std::string_view lower);

}  // namespace hone
