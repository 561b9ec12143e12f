#include "adapters/anthropic_models.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace hone {
namespace {

constexpr int64_t kLeastBudget = 1024;

std::vector<std::string_view> Words(std::string_view name) {
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of("-.@:_"), name.size());
    words.push_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return words;
}

// A part of a version, not a date: one or two digits. -1 for anything else.
int VersionWord(std::string_view word) {
  if (word.empty() || word.size() > 2) return -1;
  int value = 0;
  for (const char c : word) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// 4.6 as 406; 0 when the name says none.
int Version(const std::vector<std::string_view>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const int major = VersionWord(words[i]);
    if (major < 0) continue;
    const int minor = i + 1 < words.size() ? VersionWord(words[i + 1]) : -1;
    return major * 100 + std::max(minor, 0);
  }
  return 0;
}

int64_t MaxOutput(int version, bool is_opus) {
  if (version < 305) return 4096;
  if (version < 307) return 8192;
  if (version >= 406) return is_opus ? 128'000 : 64'000;
  return is_opus && version < 405 ? 32'000 : 64'000;
}

int64_t Budget(const std::string& effort) {
  if (effort == "minimal") return kLeastBudget;
  if (effort == "low") return 4096;
  if (effort == "medium") return 12'288;
  if (effort == "high") return 24'576;
  return 49'152;
}

}  // namespace

ClaudeTraits ClaudeTraitsOf(std::string_view model) {
  ClaudeTraits traits;
  const std::size_t at = model.find("claude");
  if (at == std::string_view::npos) return traits;
  const std::vector<std::string_view> words = Words(model.substr(at + 6));
  const int version = Version(words);
  const bool is_opus = std::find(words.begin(), words.end(), "opus") != words.end();
  traits.is_claude = true;
  traits.thinks_by_budget = version >= 307 && version < 406;
  traits.thinks_adaptively = version >= 406;
  traits.takes_sampling = version < 407;
  traits.takes_both_ps = version < 401;
  traits.knows_xhigh = version >= 407;
  traits.knows_max = version >= 407 || (version == 406 && is_opus);
  traits.max_output_tokens = MaxOutput(version, is_opus);
  return traits;
}

Json ClaudeThinking(const ClaudeTraits& traits, const std::string& effort, int64_t max_tokens) {
  if (effort.empty() || effort == "none") return {};
  if (traits.thinks_adaptively) {
    std::string level = effort == "minimal" ? "low" : effort;
    if (level == "xhigh" && !traits.knows_xhigh) level = "high";
    if (level == "max" && !traits.knows_max) level = "high";
    return Json::MakeObject({{"thinking", Json::MakeObject({{"type", "adaptive"}})},
                             {"output_config", Json::MakeObject({{"effort", level}})}});
  }
  if (!traits.thinks_by_budget) return {};
  const int64_t budget = std::min(Budget(effort), max_tokens - max_tokens / 4);
  if (budget < kLeastBudget) return {};
  return Json::MakeObject(
      {{"thinking", Json::MakeObject({{"type", "enabled"}, {"budget_tokens", budget}})}});
}

}  // namespace hone
