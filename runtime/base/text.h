// Small, pure questions about text: UTF-8, splitting, near-miss names, and safe display.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

bool IsValidUtf8(std::string_view text);
// Invalid sequences become U+FFFD; valid text is returned unchanged.
std::string ToValidUtf8(std::string_view text);
// The longest prefix of at most `max_bytes` that ends on a character boundary.
std::string_view Utf8Prefix(std::string_view text, std::size_t max_bytes);

std::vector<std::string_view> Split(std::string_view text, char separator);
std::string_view Trim(std::string_view text);  // ASCII white space
std::string ToLowerAscii(std::string_view text);
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);
std::string Join(const std::vector<std::string>& items, std::string_view separator);

// Damerau-Levenshtein distance over bytes (optimal string alignment).
std::size_t EditDistance(std::string_view a, std::string_view b);
// The nearest of `names` within max(2, length/3) edits, or "" when none is near. Ties: first.
std::string NearestName(std::string_view name, const std::vector<std::string>& names);
// "; did you mean 'x'?" for the nearest name, "; known: a, b, c" when none is near.
std::string NameHint(std::string_view name, const std::vector<std::string>& names);

// Text that came from outside, made safe for a terminal on one or more lines: ESC and other control
// characters (but tab and newline), C1 bytes and bidirectional overrides become visible escapes.
std::string TerminalSafe(std::string_view text);
// TerminalSafe on one line of at most `max_bytes` bytes, cut with an ellipsis.
std::string OneLine(std::string_view text, std::size_t max_bytes);

}  // namespace hone
