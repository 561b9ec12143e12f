#include "engine/budget.h"

namespace hone {

std::optional<PicoUsd> Budget::WorstCase(const ChatRequest& request, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  int64_t input = 0;
  for (const ChatMessage& message : request.messages) {
    input += 16;
    for (const Part& part : message.content) input += static_cast<int64_t>(part.text->size());
    if (!message.extra.is_null()) input += static_cast<int64_t>(message.extra.Dump().size());
  }
  if (!request.tools.is_null()) input += static_cast<int64_t>(request.tools.Dump().size());
  if (!request.format.is_null()) input += static_cast<int64_t>(request.format.Dump().size());
  const int64_t output = request.sampling["max_tokens"].AsInt(choice.max_output_tokens);
  return TokenPrice(input, choice.prices->input) + TokenPrice(output, choice.prices->output);
}

std::optional<PicoUsd> Budget::Cost(const TokenUsage& usage, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  return TokenPrice(usage.input - usage.cached_input, choice.prices->input) +
         TokenPrice(usage.cached_input, choice.prices->cached_input) +
         TokenPrice(usage.output, choice.prices->output);
}

bool Budget::Reserve(PicoUsd amount) {
  if (!calls_left()) return false;
  if (limits_.usd && spent_ + reserved_ + amount > *limits_.usd) return false;
  reserved_ += amount;
  ++open_;
  ++sent_;
  return true;
}

void Budget::Settle(PicoUsd reserved, PicoUsd cost) {
  reserved_ -= reserved;
  spent_ += cost;
  --open_;
}

}  // namespace hone
