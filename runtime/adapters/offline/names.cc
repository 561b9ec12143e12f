#include "adapters/offline/names.h"

#include <algorithm>

#include "adapters/offline/outline.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr std::size_t kMaxSuffix = 6;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPlainName(std::string_view token) {
  return !token.empty() && token[0] != '-' && std::all_of(token.begin(), token.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '_' || c == '.' || c == '/' || c == '-';
  });
}

// "`a.csv`," gives a.csv, "(see /data/b.txt)." gives /data/b.txt; "" for a word that is no name.
std::string_view NameIn(std::string_view word) {
  const std::size_t open = word.find('`');
  if (open != std::string_view::npos) {
    const std::size_t close = word.find('`', open + 1);
    return close == std::string_view::npos ? "" : word.substr(open + 1, close - open - 1);
  }
  if (word.find('/') == std::string_view::npos) return "";
  static constexpr std::string_view kAround = "\"'(),;:[]";
  while (!word.empty() && kAround.find(word.front()) != std::string_view::npos) {
    word.remove_prefix(1);
  }
  while (!word.empty() &&
         (kAround.find(word.back()) != std::string_view::npos || word.back() == '.')) {
    word.remove_suffix(1);
  }
  return word;
}

void AddOnce(std::string_view name, std::vector<std::string>* names) {
  if (std::find(names->begin(), names->end(), name) == names->end()) names->emplace_back(name);
}

}  // namespace

bool IsFileName(std::string_view token) {
  const std::string_view suffix = SuffixOf(token);
  return IsPlainName(token) && !suffix.empty() && suffix.size() <= kMaxSuffix &&
         IsLetter(suffix[0]);
}

bool IsFolderName(std::string_view token) {
  return IsPlainName(token) && token.size() > 1 && token.back() == '/';
}

std::string_view SuffixOf(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? file : file.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

TaskNames NamesIn(std::string_view task) {
  TaskNames out;
  const std::string flat = Collapse(task);
  for (const std::string_view word : Split(flat, ' ')) {
    const std::string_view name = NameIn(word);
    if (IsFileName(name)) {
      AddOnce(name, &out.files);
    } else if (IsFolderName(name)) {
      AddOnce(name, &out.folders);
    }
  }
  for (const std::string& sentence : SentencesOf(flat)) {
    const std::vector<uint64_t> stems = StemsOf(sentence);
    std::size_t open = sentence.find('"');
    while (open != std::string::npos) {
      const std::size_t close = sentence.find('"', open + 1);
      if (close == std::string::npos) break;
      if (close > open + 1)
        out.texts.push_back({sentence.substr(open + 1, close - open - 1), stems});
      open = sentence.find('"', close + 1);
    }
  }
  return out;
}

}  // namespace hone::offline
