#include "engine/budget.h"

#include <algorithm>
#include <utility>

namespace hone {
namespace {

constexpr int64_t kTokensPerMessage = 16;
constexpr int64_t kTokensPerImage = 20'000;
constexpr int64_t kLikelyTokensPerImage = 1'000;
constexpr int64_t kBytesPerToken = 4;
constexpr int64_t kLikelyOutput = 1'000;

int64_t PromptBytes(const ChatRequest& request) {
  int64_t bytes = 0;
  for (const ChatMessage& message : request.messages) {
    for (const Part& part : message.content) bytes += static_cast<int64_t>(part.text->size());
    if (!message.extra.is_null()) bytes += static_cast<int64_t>(message.extra.Dump().size());
  }
  if (!request.tools.is_null()) bytes += static_cast<int64_t>(request.tools.Dump().size());
  if (!request.format.is_null()) bytes += static_cast<int64_t>(request.format.Dump().size());
  return bytes;
}

int64_t PromptBytes(const EmbedRequest& request) {
  int64_t bytes = 0;
  for (const Part& part : request.texts) bytes += static_cast<int64_t>(part.text->size());
  return bytes;
}

int64_t Images(const ChatRequest& request) {
  int64_t images = 0;
  for (const ChatMessage& message : request.messages) images += std::ssize(message.images);
  return images;
}

}  // namespace

Json PriceJson(const TokenPrices& prices) {
  return Json::MakeObject({{"input", Json(prices.input)},
                           {"cached_input", Json(prices.cached_input)},
                           {"cache_write", Json(prices.cache_write)},
                           {"output", Json(prices.output)},
                           {"reasoning", Json(prices.reasoning)},
                           {"source", Json(prices.source)}});
}

Budget::Budget(BudgetSpec spec, PicoUsd already, int64_t already_calls) : spec_(std::move(spec)) {
  whole_.limits = spec_.whole;
  whole_.spent = already;
  whole_.calls = already_calls;
}

template <typename Do>
void Budget::ForEach(const Payer& payer, Do what) {
  what(whole_, "");
  const auto own_limits = spec_.arms.find(payer.arm);
  const SpendLimits& arm_limits =
      own_limits == spec_.arms.end() ? spec_.per_arm : own_limits->second;
  if (arm_limits.any()) {
    Account& account = arms_[payer.arm];
    account.limits = arm_limits;
    what(account, "arm '" + payer.arm + "'");
  }
  if (const auto limits = spec_.providers.find(payer.provider); limits != spec_.providers.end()) {
    Account& account = providers_[payer.provider];
    account.limits = limits->second;
    what(account, "provider '" + payer.provider + "'");
  }
  if (spec_.per_unit.any()) {
    Account& account = units_[payer.unit];
    account.limits = spec_.per_unit;
    what(account, "this unit");
  }
}

void Budget::BookEarlier(const Payer& payer, PicoUsd spent, int64_t calls) {
  ForEach(payer, [&](Account& account, const std::string&) {
    if (&account == &whole_) return;
    account.spent += spent;
    account.calls += calls;
  });
}

std::optional<PicoUsd> Budget::WorstCase(const ChatRequest& request, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  const int64_t input = PromptBytes(request) + kTokensPerMessage * std::ssize(request.messages) +
                        kTokensPerImage * Images(request);
  const int64_t output = request.sampling["max_tokens"].AsInt(choice.max_output_tokens);
  const TokenPrices& prices = *choice.prices;
  return TokenPrice(input, std::max(prices.input, prices.cache_write)) +
         TokenPrice(output, std::max(prices.output, prices.reasoning));
}

std::optional<PicoUsd> Budget::WorstCase(const EmbedRequest& request, const ModelChoice& choice) {
  if (!choice.prices) return std::nullopt;
  const int64_t input = PromptBytes(request) + kTokensPerMessage * std::ssize(request.texts);
  return TokenPrice(input, choice.prices->input);
}

int64_t Budget::LikelyTokens(const ChatRequest& request) {
  return PromptBytes(request) / kBytesPerToken + kLikelyTokensPerImage * Images(request) +
         std::min(request.sampling["max_tokens"].AsInt(kLikelyOutput), kLikelyOutput);
}

int64_t Budget::LikelyTokens(const EmbedRequest& request) {
  return PromptBytes(request) / kBytesPerToken;
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

std::optional<Budget::Refusal> Budget::Check(const Account& account, const std::string& name,
                                             PicoUsd amount) {
  const SpendLimits& limits = account.limits;
  std::string text;
  if (limits.calls && account.calls >= *limits.calls) {
    text = std::to_string(*limits.calls) + " calls were sent";
  } else if (limits.usd && account.spent + account.reserved + amount > *limits.usd) {
    text = account.spent.Text() + " of " + limits.usd->Text() +
           " spent, and the next call may cost " + amount.Text() + " (" + kWorstCaseEstimator + ")";
  } else {
    return std::nullopt;
  }
  return Refusal{name, "the budget" + (name.empty() ? "" : " of " + name) + " is reached: " + text,
                 account.open > 0};
}

std::optional<Budget::Refusal> Budget::Reserve(const Payer& payer, PicoUsd amount) {
  std::optional<Refusal> refusal;
  ForEach(payer, [&](Account& account, const std::string& name) {
    std::optional<Refusal> no = Check(account, name, amount);
    // What can never fit is worth more saying than what has to wait.
    if (no && (!refusal || (refusal->fits_later && !no->fits_later))) refusal = std::move(no);
  });
  if (refusal) return refusal;
  ForEach(payer, [&](Account& account, const std::string&) {
    account.reserved += amount;
    ++account.open;
    ++account.calls;
  });
  return std::nullopt;
}

void Budget::Settle(const Payer& payer, PicoUsd reserved, PicoUsd cost) {
  ForEach(payer, [&](Account& account, const std::string&) {
    account.reserved -= reserved;
    account.spent += cost;
    --account.open;
  });
}

}  // namespace hone
