#include "adapters/offline/outline.h"

#include <algorithm>
#include <array>

#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kHeadingWords = 12;
constexpr std::size_t kLongSentenceBytes = 360;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

// A line of one repeated mark, as under a heading.
bool IsRule(std::string_view line) {
  line = Trim(line);
  if (line.size() < 3 || std::string_view("=-~*^\"'#_+").find(line[0]) == std::string_view::npos) {
    return false;
  }
  return std::all_of(line.begin(), line.end(), [&](char c) { return c == line[0]; });
}

// Length of a leading "1.", "2.3.1", "a)", "(b)", "*", "-", or 0.
std::size_t MarkerLength(std::string_view line) {
  if (line.size() > 1 && (line[0] == '*' || line[0] == '-' || line[0] == '+') && line[1] == ' ') {
    return 1;
  }
  std::size_t at = line.empty() || line[0] != '(' ? 0 : 1;
  const std::size_t start = at;
  while (at < line.size() && (IsDigit(line[at]) || (line[at] == '.' && at > start))) ++at;
  if (at == start && at < line.size() && (IsLower(line[at]) || IsUpper(line[at]))) ++at;
  if (at == start || at >= line.size()) return 0;
  if (line[at] == ')') return at + 1;
  return start == 0 && line[at - 1] == '.' && line[at] == ' ' ? at : 0;
}

bool BeginsNumbered(std::string_view line) {
  return !line.empty() && IsDigit(line[0]) && MarkerLength(line) > 0;
}

// A line that stands alone: is it a heading?
bool LooksLikeHeading(std::string_view line) {
  const std::vector<std::string_view> words = Words(line);
  if (words.empty() || words.size() > kHeadingWords) return false;
  const char last = line.back();
  if (last == ',' || last == ';' || last == '!' || last == '?') return false;
  if (line[0] == '(' || line[0] == '*' || line[0] == '-' || line[0] == '"') return false;
  if (BeginsNumbered(line)) {
    // "2. Basic Permissions." but not "2. You may do this."
    const std::string_view rest = Trim(line.substr(MarkerLength(line)));
    return !rest.empty() && (IsUpper(rest[0]) || IsDigit(rest[0])) && words.size() <= 10;
  }
  if (std::none_of(line.begin(), line.end(), IsLower)) return words.size() >= 1 && line.size() > 3;
  return IsUpper(line[0]) && last != '.' && last != ':' && words.size() <= 8;
}

}  // namespace

std::vector<Block> OutlineOf(std::string_view text) {
  std::vector<Block> out;
  std::string paragraph;
  int paragraph_lines = 0;
  const auto flush = [&](bool alone) {
    std::string collapsed = Collapse(paragraph);
    if (!collapsed.empty()) {
      const bool heading = alone && paragraph_lines == 1 && LooksLikeHeading(collapsed);
      out.push_back({heading, std::move(collapsed)});
    }
    paragraph.clear();
    paragraph_lines = 0;
  };
  const std::vector<std::string_view> lines = Split(text, '\n');
  bool in_code = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = Trim(lines[i]);
    if (line.starts_with("```")) {
      in_code = !in_code;
      flush(false);
      continue;
    }
    if (line.empty()) {
      flush(!in_code);
      continue;
    }
    if (!in_code && line[0] == '#') {
      const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
      if (marks <= 6 && marks < line.size() && line[marks] == ' ') {
        flush(true);
        out.push_back({true, Collapse(line.substr(marks))});
        continue;
      }
    }
    if (!in_code && IsRule(line)) {
      if (paragraph_lines == 1) {
        out.push_back({true, Collapse(paragraph)});
        paragraph.clear();
        paragraph_lines = 0;
      } else {
        flush(false);
      }
      continue;
    }
    if (paragraph_lines > 0 && MarkerLength(line) > 0) flush(false);
    paragraph += line;
    paragraph += '\n';
    ++paragraph_lines;
  }
  flush(true);
  return out;
}

std::vector<std::string> SentencesOf(std::string_view paragraph) {
  std::vector<std::string> out;
  std::size_t start = 0;
  const auto push = [&](std::size_t end) {
    const std::string_view piece = Trim(paragraph.substr(start, end - start));
    if (!piece.empty()) out.emplace_back(piece);
    start = end;
  };
  for (std::size_t i = 0; i + 1 < paragraph.size(); ++i) {
    const char c = paragraph[i];
    if (paragraph[i + 1] != ' ') continue;
    if (c == ';' && i - start > kLongSentenceBytes) {
      push(i + 1);
      continue;
    }
    if (c != '.' && c != '?' && c != '!') continue;
    const std::size_t next = paragraph.find_first_not_of(' ', i + 1);
    if (next == std::string_view::npos) break;
    const char n = paragraph[next];
    if (!IsUpper(n) && !IsDigit(n) && n != '"' && n != '(' && n != '`') continue;
    // Not after an initial, a number that opens a list item, or a usual abbreviation.
    const std::size_t space = paragraph.rfind(' ', i);
    const std::size_t word_at =
        space == std::string_view::npos || space < start ? start : space + 1;
    const std::string_view word = paragraph.substr(word_at, i - word_at);
    static constexpr std::array<std::string_view, 8> kShort = {"e.g", "i.e", "etc", "No",
                                                               "vs",  "cf",  "Mr",  "Inc"};
    const bool marker = Trim(paragraph.substr(start, i - start)).size() <= 6;
    if (c == '.' && (marker || word.size() == 1 ||
                     std::find(kShort.begin(), kShort.end(), word) != kShort.end())) {
      continue;
    }
    push(i + 1);
  }
  push(paragraph.size());
  return out;
}

}  // namespace hone::offline
