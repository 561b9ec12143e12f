#include "app/known_models.h"

#include <array>

namespace hone {
namespace {

struct Row {
  std::string_view name;
  double input, cached_input, output;  // USD per million tokens
  int64_t max_output_tokens;
};

constexpr std::array kRows{
    Row{"openai/gpt-4.1", 2.0, 0.5, 8.0, 32'768},
    Row{"openai/gpt-4.1-mini", 0.4, 0.1, 1.6, 32'768},
    Row{"openai/gpt-4.1-nano", 0.1, 0.025, 0.4, 32'768},
    Row{"openai/gpt-4o", 2.5, 1.25, 10.0, 16'384},
    Row{"openai/gpt-4o-mini", 0.15, 0.075, 0.6, 16'384},
    Row{"openai/gpt-5", 1.25, 0.125, 10.0, 128'000},
    Row{"openai/gpt-5-mini", 0.25, 0.025, 2.0, 128'000},
    Row{"openai/gpt-5-nano", 0.05, 0.005, 0.4, 128'000},
    Row{"openai/gpt-5.1", 1.25, 0.125, 10.0, 128'000},
};

// "openai/gpt-4.1-2025-04-14" -> "openai/gpt-4.1".
std::string_view WithoutDate(std::string_view name) {
  constexpr std::string_view kShape = "-dddd-dd-dd";
  if (name.size() <= kShape.size()) return name;
  const std::string_view end = name.substr(name.size() - kShape.size());
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool fits = kShape[i] == 'd' ? end[i] >= '0' && end[i] <= '9' : end[i] == kShape[i];
    if (!fits) return name;
  }
  return name.substr(0, name.size() - kShape.size());
}

}  // namespace

bool IsPinnedModelName(std::string_view name) { return WithoutDate(name) != name; }

std::optional<KnownModel> FindKnownModel(std::string_view name) {
  const std::string_view family = WithoutDate(name);
  for (const Row& row : kRows) {
    if (row.name != family) continue;
    KnownModel known;
    known.prices = {row.input, row.cached_input, row.input, row.output, row.output, "hone 2026-11"};
    known.max_output_tokens = row.max_output_tokens;
    return known;
  }
  return std::nullopt;
}

}  // namespace hone
