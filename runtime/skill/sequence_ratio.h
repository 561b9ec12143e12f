// SequenceRatio: how alike two texts are, by Ratcliff and Obershelp's "gestalt" measure (Dr. Dobb's
// Journal, July 1988) as Python's difflib.SequenceMatcher(None, a, b).ratio() computes it, over
// code points: twice the characters in matching blocks over the characters of both texts.
//
// With `autojunk` (difflib's default) characters that make up more than 1 % of a text `b` of 200
// characters or more begin no block: in prose that is almost every letter, and the number
// collapses. The measure is not symmetric.
//
// Pure. Time: up to the product of the lengths, again for each level of matching blocks.
#pragma once

#include <string>
#include <string_view>

namespace hone {

// Bytes that are no UTF-8 count as U+FFFD.
std::u32string CodePoints(std::string_view text);

// 1 when both texts are empty.
double SequenceRatio(std::u32string_view a, std::u32string_view b, bool autojunk);

}  // namespace hone
