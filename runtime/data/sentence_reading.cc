#include "data/sentence_reading.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

using WordSet = std::unordered_set<std::string_view>;

}  // namespace

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char UpperAscii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool IsModal(std::string_view lower) {
  static const WordSet kWords = {"must",   "may",  "shall", "should", "can",
                                 "cannot", "will", "might", "could",  "would"};
  return kWords.contains(lower);
}

bool IsAuxiliary(std::string_view lower) {
  static const WordSet kWords = {"is",  "are", "was",  "were", "has",   "have",
                                 "had", "do",  "does", "need", "needs", "be"};
  return kWords.contains(lower) || IsModal(lower);
}

bool IsPreposition(std::string_view lower) {
  static const WordSet kWords = {"in",  "on",    "at",   "by",      "with", "from", "as",
                                 "for", "under", "into", "through", "to",   "of"};
  return kWords.contains(lower);
}

bool IsParticiple(std::string_view lower) {
  static const WordSet kWords = {"made",  "set",   "kept",  "given", "put",  "built",
                                 "run",   "found", "held",  "sent",  "left", "read",
                                 "known", "shown", "bound", "met"};
  return (lower.size() > 4 && lower.ends_with("ed")) ||
         (lower.size() > 4 && lower.ends_with("tten")) || kWords.contains(lower);
}

bool SentenceReading::Is(std::size_t i, std::initializer_list<std::string_view> words) const {
  return i < size() && std::find(words.begin(), words.end(), (*this)[i]) != words.end();
}

bool SentenceReading::HasAuxiliary(std::size_t first, std::size_t last) const {
  for (std::size_t i = first; i < last; ++i) {
    if (IsAuxiliary((*this)[i])) return true;
  }
  return false;
}

std::string SentenceReading::Slice(std::size_t first, std::size_t last, bool* ok) const {
  if (first >= last) {
    *ok = false;
    return "";
  }
  const uint32_t begin = statement_.words[first].outer_first;
  std::string text = statement_.text.substr(begin, statement_.words[last - 1].outer_last - begin);
  while (!text.empty() && std::string_view(",;:.").find(text.back()) != std::string::npos) {
    text.pop_back();
  }
  const auto count = [&](char c) { return std::count(text.begin(), text.end(), c); };
  if (count('(') != count(')') || count('[') != count(']') || count('"') % 2 != 0 ||
      count('`') % 2 != 0 || count(';') > 0 || text.find(": ") != std::string::npos) {
    *ok = false;
  }
  return text;
}

std::string SentenceReading::Inner(std::size_t first, std::size_t last, bool* ok) const {
  std::string text = Slice(first, last, ok);
  const std::string& word = statement_.words[first].lower;
  const bool plain = word != "i" && (IsFunctionWord(word) || word.ends_with("ing") ||
                                     vocabulary_.SeenInLowerCase(word));
  const bool capitalised =
      text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z');
  if (first == 0 && plain && capitalised) text[0] = static_cast<char>(text[0] + ('a' - 'A'));
  // Without a word that points to the sentence before.
  return ReplaceAll(ReplaceAll(std::move(text), " therefore ", " "), " thus ", " ");
}

std::string SentenceReading::Choose(std::initializer_list<std::string_view> wordings) const {
  return std::string(*(wordings.begin() + static_cast<std::ptrdiff_t>(turn_ % wordings.size())));
}

bool SentenceReading::IsSubject(std::size_t last) const {
  static const WordSet kBack = {
      "it",    "they",  "these",   "those",  "he",       "she",       "there",     "which",
      "that",  "who",   "what",    "so",     "if",       "when",      "where",     "unless",
      "once",  "while", "after",   "before", "although", "however",   "therefore", "thus",
      "as",    "in",    "for",     "to",     "by",       "and",       "or",        "but",
      "note",  "such",  "neither", "nor",    "see",      "also",      "only",      "its",
      "their", "no",    "nothing", "none",   "both",     "otherwise", "all",       "nobody"};
  if (last == 0 || last > 12 || kBack.contains((*this)[0])) return false;
  if (PointsBack() || (*this)[0].ends_with("ly")) return false;
  for (std::size_t i = 0; i < last; ++i) {
    if (mark(i) != 0 || Is(i, {"which", "that", "who", "whom", "if", "when", "not"})) return false;
  }
  return true;
}

bool SentenceReading::PointsBack() const {
  return Is(0, {"it", "they", "these", "those", "he", "she", "its", "their", "such"}) ||
         (Is(0, {"this"}) &&
          !Is(1, {"license", "licence", "document", "manual", "specification", "policy", "standard",
                  "agreement", "package", "program", "library"}));
}

}  // namespace hone
