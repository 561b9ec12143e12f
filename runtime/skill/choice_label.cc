#include "skill/choice_label.h"

#include <algorithm>

#include "skill/unicode_text.h"

namespace hone {
namespace {

std::string UnparsedLabel(std::string_view answer) {
  std::string out(Strip(answer));
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  while (!out.empty() && (out.back() == '.' || out.back() == ')' || out.back() == ':')) {
    out.pop_back();
  }
  return out;
}

bool IsLabel(const std::string& label, const std::vector<Choice>& choices) {
  return std::any_of(choices.begin(), choices.end(),
                     [&](const Choice& choice) { return choice.label == label; });
}

}  // namespace

std::string ChoiceLabel(std::string_view answer, const std::vector<Choice>& choices) {
  std::string unparsed = UnparsedLabel(answer);
  if (IsLabel(unparsed, choices)) return unparsed;
  const std::string wanted = Lowered(Strip(answer));
  for (const Choice& choice : choices) {
    if (Lowered(Strip(choice.text)) == wanted) return choice.label;
  }
  const std::vector<std::string_view> words = SpaceSplit(answer);
  if (!words.empty()) {
    std::string first = UnparsedLabel(words[0]);
    if (IsLabel(first, choices)) return first;
  }
  return unparsed;
}

}  // namespace hone
