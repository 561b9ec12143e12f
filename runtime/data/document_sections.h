// Cuts a plain text at its headings and packs the sections into contexts of bounded size.
//
// Pure functions of the text. All offsets are bytes of the text given.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

struct Heading {
  std::size_t first = 0;  // first byte of the heading's first line
  std::size_t last = 0;   // one past its last byte, an underline included
  int level = 1;          // 1 is the highest
  std::string title;      // without marks, spaces collapsed
  bool alone = true;      // false: the start of a numbered paragraph ("2. You may copy ...")
};

// A heading is: a Markdown `# Title`; a line with an underline of one repeated mark; a numbered
// title
// ("3. Terms", "12.4. Title", "Section 3.", "Chapter 2. Files"); a short line in capitals between
// blank lines. In the order of the text.
std::vector<Heading> FindHeadings(std::string_view text);

struct Context {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t words = 0;
  std::string
      title;  // of the first heading inside, or in force at its start; "" when there is none
};

// Consecutive contexts of at most `max_words` white-space separated words, cut at headings where
// the text has them, else between paragraphs, lines or words. Sizes are evened out, so that no
// small rest is left at the end when it can be avoided. Nothing but blank lines lies between two
// contexts.
std::vector<Context> SplitIntoContexts(std::string_view text, std::size_t max_words);

std::size_t CountWords(std::string_view text);

}  // namespace hone
