#include "data/document_sections.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxTitleBytes = 120;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n'; }

struct Line {
  std::size_t first = 0;
  std::size_t last = 0;  // without the line end
  std::string_view trimmed;
};

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    lines.push_back({at, end, Trim(text.substr(at, end - at))});
    at = end + 1;
  }
  return lines;
}

std::string Collapse(std::string_view raw) {
  const std::string text = ReplaceAll(std::string(raw), "\xC2\xA0", " ");  // no-break spaces
  std::string out;
  for (const char c : text) {
    if (!IsSpace(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

// The mark of an underline that is as long as its title, or 0.
char UnderlineMark(std::string_view title, std::string_view line) {
  if (line.size() < 3 || line.size() + 2 < std::min<std::size_t>(title.size(), 40)) return 0;
  const char mark = line.front();
  if (std::string_view("=-~*^#+_").find(mark) == std::string_view::npos) return 0;
  if (line.find_first_not_of(mark) != std::string_view::npos) return 0;
  const bool title_has_letters = std::any_of(title.begin(), title.end(), [](char c) {
    return IsUpper(c) || IsLower(c) || static_cast<unsigned char>(c) >= 0x80;
  });
  return title_has_letters ? mark : 0;
}

int MarkLevel(char mark) {
  switch (mark) {
    case '*':
    case '#':
      return 1;
    case '=':
      return 2;
    case '-':
    case '_':
      return 3;
    default:
      return 4;
  }
}

// Level of "3. Terms" (1), "12.4. Title" (2), "Section 3." (1); 0 for another line.
int NumberedLevel(std::string_view line) {
  constexpr std::array<std::string_view, 6> kWords = {"section ",  "chapter ", "article ",
                                                      "appendix ", "part ",    "exhibit "};
  const std::string lower = ToLowerAscii(line.substr(0, 10));
  for (const std::string_view word : kWords) {
    if (!lower.starts_with(word) || !IsUpper(line.front())) continue;
    const std::string_view rest = line.substr(word.size());
    const std::size_t end = rest.find_first_of(" .:-");
    const std::string_view number = rest.substr(0, end);
    const bool numeric = !number.empty() && IsDigit(number.front());
    const bool roman = number.find_first_not_of("IVXLC") == std::string_view::npos;
    const bool letter = number.size() == 1 && IsUpper(number.front());
    if (!number.empty() && (numeric || roman || letter) && line.size() <= 80) return 1;
  }
  std::size_t at = 0;
  int level = 0;
  while (at < line.size() && IsDigit(line[at])) {
    const std::size_t start = at;
    while (at < line.size() && IsDigit(line[at])) ++at;
    if (at - start > 3) return 0;  // a year, not a number of a section
    ++level;
    if (at < line.size() && line[at] == '.') ++at;
  }
  if (level == 0 || at >= line.size() || (line[at - 1] != '.' && level == 1)) return 0;
  if (!IsSpace(line[at])) return 0;
  const std::string_view title = Trim(line.substr(at));
  return !title.empty() && (IsUpper(title.front()) || title.front() == '"') ? level : 0;
}

bool IsCapitals(std::string_view line) {
  if (line.starts_with("* ") || line.starts_with("- ") || line.starts_with("+ ")) return false;
  const auto upper = std::count_if(line.begin(), line.end(), IsUpper);
  return upper >= 4 && std::none_of(line.begin(), line.end(), IsLower) && line.size() <= 90;
}

// A numbered line of a paragraph ("1. You may copy ...") is a place to cut, yet its title is only
// the beginning of its text.
std::string NumberedTitle(std::string_view line) {
  const std::string whole = Collapse(line);
  const std::size_t end = whole.find(". ", whole.find_first_not_of("0123456789. "));
  std::string title = end == std::string::npos ? whole : whole.substr(0, end + 1);
  if (title.size() > 70) {
    const std::size_t space = title.rfind(' ', 67);
    title = title.substr(0, space == std::string::npos ? 0 : space) + " ...";
  }
  return title;
}

struct Section {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t words = 0;
};

// Cuts [first, last) into pieces of at most `max_words`, at blank lines, else lines, else words.
void CutSection(std::string_view text, Section whole, std::size_t max_words,
                std::vector<Section>* out) {
  if (whole.words <= max_words) {
    if (whole.words > 0) out->push_back(whole);
    return;
  }
  const std::size_t pieces = (whole.words + max_words - 1) / max_words;
  const std::size_t target = (whole.words + pieces - 1) / pieces;
  Section piece{whole.first, whole.first, 0};
  std::size_t best = 0;  // the best place to cut so far, 0: none
  int best_rank = 0;     // 3 blank line, 2 line end, 1 space
  std::size_t words_at_best = 0;
  bool in_word = false;
  for (std::size_t at = whole.first; at < whole.last; ++at) {
    const bool space = IsSpace(text[at]);
    if (!space && !in_word) {
      if (piece.words == max_words) {
        // A blank line is preferred unless it would make the piece less than half full.
        const std::size_t cut = best == 0 ? at : best;
        const std::size_t words = best == 0 ? piece.words : words_at_best;
        out->push_back({piece.first, cut, words});
        piece = {cut, cut, piece.words - words};
        best = 0;
        best_rank = 0;
      }
      ++piece.words;
    }
    if (space && in_word) {
      int rank = 1;
      if (text[at] == '\n') rank = at + 1 < whole.last && text[at + 1] == '\n' ? 3 : 2;
      const bool full_enough = piece.words * 2 >= target;
      if (full_enough && rank >= best_rank && (rank > best_rank || piece.words <= target)) {
        best = at;
        best_rank = rank;
        words_at_best = piece.words;
      }
    }
    in_word = !space;
  }
  if (piece.words > 0) out->push_back({piece.first, whole.last, piece.words});
}

}  // namespace

std::size_t CountWords(std::string_view text) {
  std::size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool space = IsSpace(c);
    words += !space && !in_word ? 1U : 0U;
    in_word = !space;
  }
  return words;
}

std::vector<Heading> FindHeadings(std::string_view text) {
  const std::vector<Line> lines = LinesOf(text);
  const auto blank = [&](std::size_t i) { return i >= lines.size() || lines[i].trimmed.empty(); };
  std::vector<Heading> headings;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const std::string_view title = line.trimmed;
    if (title.empty()) continue;
    const bool after_blank = i == 0 || blank(i - 1);
    const bool before_blank = blank(i + 1);
    const std::size_t hashes = title.find_first_not_of('#');
    if (hashes != std::string_view::npos && hashes >= 1 && hashes <= 6 && title[hashes] == ' ' &&
        text[line.first] == '#') {
      headings.push_back(
          {line.first, line.last, static_cast<int>(hashes), Collapse(title.substr(hashes))});
      continue;
    }
    if (title.size() <= kMaxTitleBytes && after_blank && !before_blank) {
      const char mark = UnderlineMark(title, lines[i + 1].trimmed);
      if (mark != 0) {
        headings.push_back({line.first, lines[i + 1].last, MarkLevel(mark), Collapse(title)});
        ++i;
        continue;
      }
    }
    if (!after_blank) continue;
    if (const int level = NumberedLevel(title); level > 0) {
      headings.push_back({line.first, line.last, level, NumberedTitle(title), before_blank});
    } else if (IsCapitals(title) &&
               (before_blank || (IsCapitals(lines[i + 1].trimmed) && blank(i + 2)))) {
      const std::size_t end = before_blank ? i : i + 1;
      headings.push_back({line.first, lines[end].last, 1,
                          Collapse(text.substr(line.first, lines[end].last - line.first))});
      i = end;
    }
  }
  return headings;
}

std::vector<Context> SplitIntoContexts(std::string_view text, std::size_t max_words) {
  const std::vector<Heading> headings = FindHeadings(text);
  std::vector<Section> sections;
  std::size_t start = 0;
  std::size_t total = 0;
  for (std::size_t i = 0; i <= headings.size(); ++i) {
    const std::size_t end = i < headings.size() ? headings[i].first : text.size();
    const std::size_t words = CountWords(text.substr(start, end - start));
    CutSection(text, {start, end, words}, max_words, &sections);
    total += words;
    start = end;
  }
  if (total == 0) return {};

  // Even sizes: each context stops at the heading nearest to its share of what is left.
  std::vector<Context> contexts;
  std::size_t left = total;
  for (std::size_t i = 0; i < sections.size();) {
    const std::size_t count = (left + max_words - 1) / max_words;
    const std::size_t target = (left + count - 1) / count;
    Context context{sections[i].first, sections[i].last, sections[i].words, ""};
    ++i;
    while (i < sections.size() && context.words + sections[i].words <= max_words &&
           (count == 1 || context.words + sections[i].words / 2 <= target)) {
      context.words += sections[i].words;
      context.last = sections[i].last;
      ++i;
    }
    left -= context.words;
    contexts.push_back(context);
  }
  std::string in_force;
  std::size_t next_heading = 0;
  for (Context& context : contexts) {
    const std::string_view inside = text.substr(context.first, context.last - context.first);
    const std::size_t skip = inside.find_first_not_of(" \t\n");
    const std::size_t line_start = inside.rfind('\n', skip) + 1;  // npos + 1 is 0
    context.last = context.first + inside.find_last_not_of(" \t\n") + 1;
    context.first += line_start;
    for (; next_heading < headings.size(); ++next_heading) {
      const Heading& heading = headings[next_heading];
      if (heading.first >= context.last) break;
      if (!heading.alone) continue;
      if (context.title.empty() || heading.first <= context.first) context.title = heading.title;
      in_force = heading.title;
    }
    if (context.title.empty()) context.title = in_force;
  }
  return contexts;
}

}  // namespace hone
