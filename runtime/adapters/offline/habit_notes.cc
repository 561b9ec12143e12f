#include "adapters/offline/habit_notes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "adapters/offline/tokens.h"

namespace hone::offline {
namespace {

std::optional<std::size_t> NumberOf(std::string_view word) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  const auto named = std::find(kNames.begin(), kNames.end(), word);
  if (named != kNames.end()) return static_cast<std::size_t>(named - kNames.begin());
  if (word.empty() || word.size() > 3) return std::nullopt;
  std::size_t out = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<std::size_t>(c - '0');
  }
  return out;
}

}  // namespace

std::size_t MostWords(const std::vector<std::string>& notes) {
  std::size_t most = kAnyWords;
  for (const std::string& note : notes) {
    const std::string normal = Normal(note);
    for (const std::string_view lead :
         {" at most ", " up to ", " no more than ", " not more than "}) {
      const std::size_t at = normal.find(lead);
      if (at == std::string::npos) continue;
      const std::size_t start = at + lead.size();
      const std::size_t end = normal.find(' ', start);
      const std::string_view rest = std::string_view(normal).substr(std::min(end, normal.size()));
      const auto number = NumberOf(std::string_view(normal).substr(start, end - start));
      if (number && *number > 0 && rest.starts_with(" word")) most = std::min(most, *number);
    }
  }
  return most;
}

std::string WordsNote(std::size_t most) {
  return "- Give at most " + std::to_string(most) + (most == 1 ? " word" : " words") +
         " as the answer.";
}

bool SearchesFirst(const std::vector<std::string>& notes) {
  return std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return Normal(note).find(" search for the longest word ") != std::string::npos;
  });
}

std::string SearchNote() {
  return "- Search for the longest word of the question, and read the passages that have it first.";
}

}  // namespace hone::offline
