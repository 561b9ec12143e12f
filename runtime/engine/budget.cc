#include "engine/budget.h"

#include <algorithm>

namespace hone {
namespace {

constexpr int64_t kTokensPerMessage = 16;
constexpr int64_t kTokensPerImage = 20'000;

}  // namespace

std::optional<PicoUsd> Budget::WorstCase(const ChatRequest& request, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  int64_t input = 0;
  for (const ChatMessage& message : request.messages) {
    input += kTokensPerMessage + kTokensPerImage * static_cast<int64_t>(message.images.size());
    for (const Part& part : message.content) input += static_cast<int64_t>(part.text->size());
    if (!message.extra.is_null()) input += static_cast<int64_t>(message.extra.Dump().size());
  }
  if (!request.tools.is_null()) input += static_cast<int64_t>(request.tools.Dump().size());
  if (!request.format.is_null()) input += static_cast<int64_t>(request.format.Dump().size());
  const int64_t output = request.sampling["max_tokens"].AsInt(choice.max_output_tokens);
  const TokenPrices& prices = *choice.prices;
  return TokenPrice(input, std::max(prices.input, prices.cache_write)) +
         TokenPrice(output, std::max(prices.output, prices.reasoning));
}

std::optional<PicoUsd> Budget::WorstCase(const EmbedRequest& request, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  int64_t input = 0;
  for (const Part& part : request.texts) {
    input += kTokensPerMessage + static_cast<int64_t>(part.text->size());
  }
  return TokenPrice(input, choice.prices->input);
}

std::optional<PicoUsd> Budget::Cost(const TokenUsage& usage, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  const TokenPrices& prices = *choice.prices;
  return TokenPrice(usage.input - usage.cached_input - usage.cache_write, prices.input) +
         TokenPrice(usage.cached_input, prices.cached_input) +
         TokenPrice(usage.cache_write, prices.cache_write) +
         TokenPrice(usage.output - usage.reasoning, prices.output) +
         TokenPrice(usage.reasoning, prices.reasoning);
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
