#include "data/statements.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"
#include "data/document_sections.h"

namespace hone {
namespace {

constexpr std::size_t kMinWords = 7;
constexpr std::size_t kMaxWords = 90;

bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool IsAlnum(char c) { return IsAlpha(c) || (c >= '0' && c <= '9'); }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n'; }

struct Block {
  std::size_t first = 0;
  std::size_t last = 0;
};

// Bytes of a list mark at the start of a line ("* ", "(a) ", "12. ", "iv) "), or 0.
std::size_t ListMark(std::string_view line) {
  if (line.size() > 2 && std::string_view("*-+o").find(line[0]) != std::string_view::npos &&
      IsSpace(line[1])) {
    return line.find_first_not_of(" \t", 1);
  }
  if (line.starts_with("\xE2\x80\xA2 ")) return 4;  // a bullet
  std::size_t at = line.starts_with('(') || line.starts_with('[') ? 1 : 0;
  const std::size_t start = at;
  while (at < line.size() && (IsAlnum(line[at]) || line[at] == '.') && at - start < 8) ++at;
  const std::string_view label = line.substr(start, at - start);
  const bool closed = at < line.size() && (line[at] == ')' || line[at] == ']');
  const bool number = !label.empty() && label.find_first_not_of("0123456789.") == label.npos;
  const bool letter = label.size() == 1 || (label.size() == 2 && label[1] == '.');
  const bool roman = !label.empty() && label.find_first_not_of("ivxIVX.") == label.npos;
  if (closed && (number || letter || roman)) {
    ++at;
  } else if (!label.ends_with('.') || !(number || letter || roman)) {
    return 0;
  }
  if (at >= line.size() || !IsSpace(line[at])) return 0;
  const std::size_t end = line.find_first_not_of(" \t", at);
  return end == std::string_view::npos ? 0 : end;
}

// A line that is layout and not prose: several columns, or more marks than letters.
bool IsLayout(std::string_view line) {
  const std::string_view body = Trim(line);
  if (body.find("   ") != std::string_view::npos || body.find('\t') != std::string_view::npos) {
    return true;
  }
  const auto letters =
      std::count_if(body.begin(), body.end(), [](char c) { return IsAlpha(c) || c == ' '; });
  return static_cast<std::size_t>(letters) * 10 < body.size() * 7;
}

// Paragraphs and list items without headings, list marks and layout.
std::vector<Block> BlocksOf(std::string_view text, const std::vector<Heading>& headings) {
  std::vector<Block> blocks;
  Block block;
  bool bad = false;
  const auto close = [&] {
    if (block.last > block.first && !bad) blocks.push_back(block);
    block = {};
    bad = false;
  };
  std::size_t next_heading = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view line = text.substr(at, end - at);
    const std::string_view body = Trim(line);
    while (next_heading < headings.size() && headings[next_heading].last <= at) ++next_heading;
    // A numbered line may open a paragraph ("1. You may ..."): then it is text as well as heading.
    const bool heading = next_heading < headings.size() && headings[next_heading].first <= at &&
                         !(ListMark(body) > 0 && body.size() > 45);
    if (body.empty() || heading) {
      close();
    } else {
      const auto body_first = static_cast<std::size_t>(body.data() - text.data());
      const std::size_t mark = ListMark(body);
      if (mark > 0) close();
      if (block.last == block.first) block.first = body_first + mark;
      block.last = body_first + body.size();
      bad = bad || IsLayout(line) || body.ends_with('-');
    }
    at = end + 1;
  }
  close();
  return blocks;
}

bool IsAbbreviation(std::string_view word) {
  static const std::unordered_set<std::string_view> kWords = {
      "e.g",  "i.e", "etc", "vs", "cf", "mr",  "mrs", "dr",  "no", "nos",    "sec", "inc",  "ltd",
      "corp", "fig", "eq",  "p",  "pp", "vol", "st",  "u.s", "al", "approx", "ca",  "resp", "viz"};
  const std::string lower = ToLowerAscii(word);
  return kWords.contains(lower) || (word.size() == 1 && IsAlpha(word[0]));
}

std::vector<StatementWord> WordsOf(const std::string& text) {
  std::vector<StatementWord> words;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    StatementWord word;
    word.outer_first = static_cast<uint32_t>(at);
    word.outer_last = static_cast<uint32_t>(end);
    std::size_t first = at;
    std::size_t last = end;
    while (first < last && !IsAlnum(text[first])) ++first;
    while (last > first && !IsAlnum(text[last - 1])) --last;
    // Curly quotes are letters by their bytes: take them off whole.
    const auto curly = [&](std::size_t i) {
      const std::string_view three = std::string_view(text).substr(i, 3);
      return three == "\xE2\x80\x9C" || three == "\xE2\x80\x9D" || three == "\xE2\x80\x98" ||
             three == "\xE2\x80\x99";
    };
    if (last - first > 3 && curly(first)) first += 3;
    if (last - first > 3 && curly(last - 3)) last -= 3;
    word.first = static_cast<uint32_t>(first);
    word.last = static_cast<uint32_t>(last);
    word.lower = ToLowerAscii(std::string_view(text).substr(first, last - first));
    for (std::size_t i = last; i < end; ++i) {
      if (std::string_view(",;:.").find(text[i]) != std::string_view::npos) word.mark = text[i];
    }
    words.push_back(std::move(word));
    at = end + 1;
  }
  return words;
}

bool IsBalanced(const std::string& text) {
  int round = 0;
  int square = 0;
  std::size_t quotes = 0;
  std::size_t ticks = 0;
  for (const char c : text) {
    round += c == '(' ? 1 : c == ')' ? -1 : 0;
    square += c == '[' ? 1 : c == ']' ? -1 : 0;
    quotes += c == '"' ? 1U : 0U;
    ticks += c == '`' ? 1U : 0U;
    if (round < 0 || square < 0) return false;
  }
  return round == 0 && square == 0 && quotes % 2 == 0 && ticks % 2 == 0;
}

bool IsUsable(const TextStatement& statement) {
  const std::string& text = statement.text;
  if (!IsUpper(text.front()) && text.front() != '"') return false;
  if (text.back() != '.' || text.ends_with("..") || !IsBalanced(text)) return false;
  if (text.find("://") != std::string::npos || text.find("...") != std::string::npos) return false;
  if (statement.words.size() < kMinWords || statement.words.size() > kMaxWords) return false;
  // A capital in the middle: two sentences, or a term and its description, ran together.
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    const StatementWord& word = statement.words[i];
    static const std::unordered_set<std::string_view> kStarts = {
        "The", "This", "These", "If", "It", "In", "When", "For", "Each", "There", "An"};
    const bool quoted = word.first > word.outer_first || statement.words[i - 1].mark == ':';
    if (!quoted &&
        kStarts.contains(std::string_view(text).substr(word.first, word.last - word.first))) {
      return false;
    }
  }
  std::size_t capitals = 0;
  for (const StatementWord& word : statement.words) {
    const std::string_view bare = std::string_view(text).substr(word.first, word.last - word.first);
    if (bare.size() > 1 &&
        std::none_of(bare.begin(), bare.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
      ++capitals;
    }
  }
  return capitals * 4 < statement.words.size();
}

// Cuts a block into sentences.
void AddSentences(std::string_view source, const Block& block, std::vector<TextStatement>* out) {
  TextStatement current;
  const auto close = [&] {
    while (current.text.ends_with(' ')) {
      current.text.pop_back();
      current.at.pop_back();
    }
    if (!current.text.empty()) {
      current.first = current.at.front();
      current.last = current.at.back() + 1;
      current.words = WordsOf(current.text);
      if (IsUsable(current)) out->push_back(std::move(current));
    }
    current = {};
  };
  for (std::size_t i = block.first; i < block.last; ++i) {
    const char c = source[i];
    if (!IsSpace(c)) {
      current.text += c;
      current.at.push_back(static_cast<uint32_t>(i));
      continue;
    }
    if (current.text.empty() || current.text.back() == ' ') continue;
    // A sentence ends at a full stop (and closing marks) before something that can start one.
    std::size_t end = current.text.size();
    while (end > 0 && std::string_view("\")']*").find(current.text[end - 1]) != std::string::npos) {
      --end;
    }
    const char stop = end > 0 ? current.text[end - 1] : ' ';
    std::size_t next = i;
    while (next < block.last && IsSpace(source[next])) ++next;
    const char start = next < block.last ? source[next] : 'A';
    const bool can_start = IsUpper(start) || start == '"' || start == '[' || start == '(' ||
                           start == '*' || start == '`' ||
                           static_cast<unsigned char>(start) >= 0x80;
    if ((stop == '.' || stop == '?' || stop == '!') && can_start) {
      const std::size_t space = current.text.rfind(' ', end - 1);
      const std::size_t word = space == std::string::npos ? 0 : space + 1;
      if (!IsAbbreviation(std::string_view(current.text).substr(word, end - 1 - word))) {
        close();
        continue;
      }
    }
    current.text += ' ';
    current.at.push_back(static_cast<uint32_t>(i));
  }
  close();
}

}  // namespace

std::vector<TextStatement> FindStatements(std::string_view text) {
  const std::vector<Heading> headings = FindHeadings(text);
  std::vector<TextStatement> statements;
  for (const Block& block : BlocksOf(text, headings)) AddSentences(text, block, &statements);
  std::size_t next = 0;
  std::string heading;
  for (TextStatement& statement : statements) {
    while (next < headings.size() && headings[next].first <= statement.first) {
      if (headings[next].alone) heading = headings[next].title;
      ++next;
    }
    statement.heading = heading;
  }
  return statements;
}

Vocabulary::Vocabulary(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!IsAlnum(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && IsAlnum(text[end])) ++end;
    Entry& entry = entries_[ToLowerAscii(text.substr(at, end - at))];
    ++entry.count;
    entry.lower_case = entry.lower_case || !IsUpper(text[at]);
    at = end;
  }
}

std::size_t Vocabulary::Count(const std::string& lower) const {
  const auto found = entries_.find(lower);
  return found == entries_.end() ? 0 : found->second.count;
}

bool Vocabulary::SeenInLowerCase(const std::string& lower) const {
  const auto found = entries_.find(lower);
  return found != entries_.end() && found->second.lower_case;
}

bool IsFunctionWord(std::string_view lower) {
  static const std::unordered_set<std::string_view> kWords = {
      "a",       "about",   "above",  "after",   "again",   "against", "all",       "also",
      "am",      "an",      "and",    "any",     "are",     "as",      "at",        "be",
      "because", "been",    "before", "being",   "below",   "between", "both",      "but",
      "by",      "can",     "cannot", "could",   "did",     "do",      "does",      "doing",
      "done",    "down",    "during", "each",    "either",  "else",    "even",      "ever",
      "every",   "few",     "for",    "from",    "further", "had",     "has",       "have",
      "having",  "he",      "her",    "here",    "hereby",  "herein",  "his",       "how",
      "however", "i",       "if",     "in",      "into",    "is",      "it",        "its",
      "itself",  "just",    "like",   "made",    "make",    "many",    "may",       "might",
      "more",    "most",    "much",   "must",    "my",      "need",    "neither",   "nobody",
      "none",    "nothing", "no",     "nor",     "not",     "of",      "off",       "on",
      "once",    "one",     "only",   "onto",    "or",      "other",   "others",    "ought",
      "our",     "out",     "over",   "own",     "per",     "rather",  "same",      "shall",
      "she",     "should",  "since",  "so",      "some",    "such",    "than",      "that",
      "the",     "their",   "them",   "then",    "there",   "thereby", "therefore", "therein",
      "thereof", "these",   "they",   "this",    "those",   "though",  "through",   "thus",
      "to",      "too",     "under",  "unless",  "until",   "up",      "upon",      "us",
      "very",    "via",     "was",    "we",      "well",    "were",    "what",      "when",
      "where",   "whether", "which",  "while",   "who",     "whom",    "whose",     "why",
      "will",    "with",    "within", "without", "would",   "you",     "your",      "yours",
      "yet"};
  return kWords.contains(lower);
}

}  // namespace hone
