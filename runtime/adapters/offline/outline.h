// Outline: plain text cut into headings and paragraphs, by layout alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone::offline {

struct Block {
  bool heading = false;
  std::string text;  // one line, collapsed; a heading without its marks (#)
};

// Pure. A block is a heading line or one paragraph (blank-line separated, or one list item).
std::vector<Block> OutlineOf(std::string_view text);

// Sentences of one collapsed paragraph, in order; the longest ones cut at semicolons.
std::vector<std::string> SentencesOf(std::string_view paragraph);

}  // namespace hone::offline
