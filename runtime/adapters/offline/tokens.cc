#include "adapters/offline/tokens.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"

namespace hone::offline {
namespace {

constexpr int kTokenBytes = 7;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Calls visit(end) at the end of every token; stops when it says false.
template <typename Visit>
void EachToken(std::string_view text, Visit visit) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (IsSpace(text[at])) {
      ++at;
      continue;
    }
    if (IsLetter(text[at])) {
      int length = 0;
      while (at < text.size() && length < kTokenBytes && IsLetter(text[at])) {
        ++at;
        ++length;
      }
    } else {
      ++at;
    }
    if (!visit(at)) return;
  }
}

uint64_t Fnv(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash == 0 ? 1 : hash;
}

constexpr std::string_view kEmptyWords[] = {
    // Grammar.
    "a", "an", "the", "and", "or", "nor", "but", "if", "then", "else", "so", "as", "at", "by",
    "for", "from", "in", "into", "of", "on", "onto", "to", "up", "with", "within", "without",
    "about", "above", "after", "again", "against", "all", "also", "am", "any", "are", "be",
    "became", "because", "been", "before", "being", "below", "between", "both", "can", "cannot",
    "could", "did", "do", "doe", "does", "doing", "done", "down", "during", "each", "either", "few",
    "further", "had", "has", "have", "having", "he", "her", "here", "him", "his", "how", "i", "is",
    "it", "itself", "just", "may", "me", "might", "more", "most", "must", "my", "no", "not", "now",
    "off", "once", "one", "only", "other", "our", "out", "over", "own", "per", "same", "shall",
    "she", "should", "some", "such", "than", "that", "their", "them", "these", "they", "thing",
    "this", "those", "through", "thus", "too", "under", "until", "upon", "us", "very", "was", "we",
    "were", "what", "whatever", "when", "where", "whether", "which", "while", "who", "whom",
    "whose", "why", "will", "would", "you", "your", "its", "e.g", "i.e", "etc", "there", "herein",
    "hereby", "hereof", "thereof", "therefore", "however", "via", "s", "t",
    // The words of tasks and rubrics themselves.
    "answer", "response", "state", "say", "mention", "include", "explain", "describe", "name",
    "give", "given", "tell", "quote", "cite", "according", "accord", "document", "text", "context",
    "task", "question", "ask", "please", "exactly", "exact", "word", "wording", "passage", "part",
    "section", "speak", "rule", "point", "relevant", "correctly", "correct", "know", "need", "want",
    "out", "find", "exact", "decisive", "read", "headed"};

// Lower case without plural, -ed, -ing and -ly.
std::string Strip(std::string_view word) {
  std::string out = ToLowerAscii(word);
  if (out.size() > 3 && out.ends_with("'s")) out.resize(out.size() - 2);
  const auto cut = [&](std::string_view ending, std::size_t least) {
    if (out.size() < ending.size() + least || !out.ends_with(ending)) return false;
    out.resize(out.size() - ending.size());
    return true;
  };
  if (cut("ies", 3)) {
    out += 'y';
  } else if (!out.ends_with("ss") && !out.ends_with("us") && !out.ends_with("is")) {
    if (out.ends_with("sses") || out.ends_with("xes") || out.ends_with("shes") ||
        out.ends_with("ches")) {
      out.resize(out.size() - 2);
    } else {
      cut("s", 3);
    }
  }
  if (cut("ing", 4) || cut("ed", 4)) {
    const std::size_t n = out.size();
    if (n > 3 && out[n - 1] == out[n - 2] && out[n - 1] != 's' && out[n - 1] != 'l') out.pop_back();
  } else {
    cut("ly", 4);
  }
  if (out.size() > 4) cut("e", 4);  // "distribute" and "distributing" meet
  return out;
}

const std::unordered_set<std::string>& EmptyStems() {
  static const std::unordered_set<std::string> stems = [] {
    std::unordered_set<std::string> out;
    for (const std::string_view word : kEmptyWords) out.insert(Strip(word));
    return out;
  }();
  return stems;
}

}  // namespace

int64_t CountTokens(std::string_view text) {
  int64_t count = 0;
  EachToken(text, [&](std::size_t /*end*/) {
    ++count;
    return true;
  });
  return count;
}

std::string_view CutTokens(std::string_view text, int64_t max_tokens) {
  if (max_tokens <= 0) return {};
  int64_t count = 0;
  std::size_t cut = text.size();
  EachToken(text, [&](std::size_t end) {
    if (++count < max_tokens) return true;
    cut = end;
    return false;
  });
  return Utf8Prefix(text, cut);
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < text.size()) {
      const char c = text[at];
      const bool joint = c == '\'' || c == '-' || c == '.' || c == '/' || c == '_';
      if (!IsLetter(c) && !(joint && at + 1 < text.size() && IsLetter(text[at + 1]))) break;
      ++at;
    }
    out.push_back(text.substr(start, at - start));
  }
  return out;
}

uint64_t StemOf(std::string_view word) {
  const std::string stem = Strip(word);
  if (stem.size() < 2 && !(stem[0] >= '0' && stem[0] <= '9')) return 0;
  return EmptyStems().count(stem) > 0 ? 0 : Fnv(stem);
}

std::vector<uint64_t> StemsOf(std::string_view text) {
  std::vector<uint64_t> out;
  for (const std::string_view word : Words(text)) {
    const uint64_t stem = StemOf(word);
    if (stem != 0) out.push_back(stem);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool HasStem(const std::vector<uint64_t>& sorted_stems, uint64_t stem) {
  return std::binary_search(sorted_stems.begin(), sorted_stems.end(), stem);
}

std::string Normal(std::string_view text) {
  std::string out = " ";
  for (const char c : text) {
    if (IsLetter(c)) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (c != '\'' && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

std::string Collapse(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!IsSpace(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace hone::offline
