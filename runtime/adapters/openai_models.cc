#include "adapters/openai_models.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The minor version of "gpt-5.2-pro": 2; 0 without one.
int MinorOfGpt5(std::string_view model) {
  constexpr std::string_view kFamily = "gpt-5.";
  if (!model.starts_with(kFamily)) return 0;
  int minor = 0;
  for (const char c : model.substr(kFamily.size())) {
    if (!IsDigit(c) || minor > 99) break;
    minor = minor * 10 + (c - '0');
  }
  return minor;
}

}  // namespace

OpenAiTraits OpenAiTraitsOf(std::string_view model) {
  const std::size_t slash = model.rfind('/');
  if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
  OpenAiTraits traits;
  const bool is_o = model.size() >= 2 && model[0] == 'o' && IsDigit(model[1]);
  const bool is_gpt5 = model.starts_with("gpt-5");
  traits.wants_completion_tokens = is_o || is_gpt5;
  if (is_o) {
    traits.takes_sampling = false;
    traits.takes_stop = model.starts_with("o1");
    traits.efforts = "low medium high";
  } else if (model.starts_with("gpt-5-chat")) {
    traits.efforts = "";
  } else if (is_gpt5) {
    const int minor = MinorOfGpt5(model);
    traits.takes_stop = false;
    traits.takes_sampling = minor >= 1;
    traits.sampling_needs_no_effort = minor >= 1;
    traits.efforts = minor >= 2   ? "none low medium high xhigh"
                     : minor == 1 ? "none low medium high"
                                  : "minimal low medium high";
  } else if (model.starts_with("gpt-4") || model.starts_with("gpt-3.5") ||
             model.starts_with("chatgpt-")) {
    traits.efforts = "";
  }
  return traits;
}

std::string OpenAiEffort(const OpenAiTraits& traits, const std::string& asked) {
  static const std::vector<std::string_view> kScale = {"none", "minimal", "low", "medium",
                                                       "high", "xhigh",   "max"};
  if (asked.empty() || traits.efforts.empty()) return "";
  if (traits.efforts == "*") return asked;
  const auto wanted = std::find(kScale.begin(), kScale.end(), asked);
  if (wanted == kScale.end()) return asked;
  std::string nearest;
  std::ptrdiff_t nearest_steps = 0;
  for (const std::string_view known : Split(traits.efforts, ' ')) {
    const auto at = std::find(kScale.begin(), kScale.end(), known);
    const std::ptrdiff_t steps = std::abs(at - wanted);
    if (!nearest.empty() && steps >= nearest_steps) continue;
    nearest = known;
    nearest_steps = steps;
  }
  return nearest;
}

}  // namespace hone
