// UnicodeText: white space, small letters and word characters as Python's str has them, for
// formulas that were published as Python. No locale.
//
// Tables of Unicode 14, those of Python 3.11 (skill/unicode_tables.h). A final sigma becomes the
// usual small one, where Python tells it apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

bool IsPythonSpace(uint32_t code);
uint32_t SmallLetter(uint32_t code);
bool IsWordCharacter(uint32_t code);

// str.lower(); bytes that are no UTF-8 stay.
std::string Lowered(std::string_view text);
// str.rstrip(), str.strip().
std::string_view StripEnd(std::string_view text);
std::string_view Strip(std::string_view text);
// str.split(): never empty pieces, borrowed.
std::vector<std::string_view> SpaceSplit(std::string_view text);

// The code point that begins at `at` and its length; a byte that is no UTF-8 is itself, length 1.
struct CodeAt {
  uint32_t code;
  std::size_t length;
};
CodeAt CodePointAt(std::string_view text, std::size_t at);
// The code point that ends before `end` (> 0).
CodeAt CodePointBefore(std::string_view text, std::size_t end);

}  // namespace hone
