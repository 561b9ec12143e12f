// Budget: money reserved before a call and settled after it, so that no limit is ever exceeded: of
// the experiment, of an arm, of a provider, of a unit. A call that several units wait for is paid
// by the one that asked first.
//
// The worst case of a call is one token per byte of prompt (no tokenizer makes more) plus 16 per
// message and 20,000 per image (providers charge 85 to some 6,000), and the request's or the
// model's output limit; of an embedding the prompt alone. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/hash.h"
#include "base/units.h"
#include "engine/budget_spec.h"
#include "ports/chat_model.h"
#include "ports/embedding_model.h"
#include "ports/model_source.h"

namespace hone {

// The price row as it is stored with an experiment and with a call, USD per million tokens.
Json PriceJson(const TokenPrices& prices);

class Budget {
 public:
  using Limits = SpendLimits;
  struct Payer {
    std::string arm{}, provider{};
    Hash unit{};
  };
  // Why a reservation was refused.
  struct Refusal {
    std::string account;      // "" the experiment, "arm 'Base'", "provider 'openai'", "this unit"
    std::string text;         // in words
    bool fits_later = false;  // calls in flight may leave some of what they have reserved
    [[nodiscard]] bool is_whole() const { return account.empty(); }
  };

  // `already` is what this experiment has spent or may owe from earlier sessions, `already_calls`
  // the calls that were answered then.
  explicit Budget(BudgetSpec spec, PicoUsd already = {}, int64_t already_calls = 0);
  // What earlier sessions spent on a part; the experiment as a whole has its share of it already.
  void BookEarlier(const Payer& payer, PicoUsd spent, int64_t calls);

  // The most that a call can cost; nothing when the model has no price.
  static std::optional<PicoUsd> WorstCase(const ChatRequest& request, const ModelChoice& choice);
  static std::optional<PicoUsd> WorstCase(const EmbedRequest& request, const ModelChoice& choice);
  static constexpr const char* kWorstCaseEstimator =
      "a token per byte of prompt, output up to its limit";
  // About how many tokens a call takes, for limits of tokens a minute: a token per four bytes, and
  // the output limit or 1,000 tokens, whichever is less.
  static int64_t LikelyTokens(const ChatRequest& request);
  static int64_t LikelyTokens(const EmbedRequest& request);
  // What an answer did cost; nothing when the model has no price.
  static std::optional<PicoUsd> Cost(const TokenUsage& usage, const ModelChoice& choice);

  // Takes `amount` out of what is left, or says why it does not fit.
  std::optional<Refusal> Reserve(const Payer& payer, PicoUsd amount);
  // Gives the reservation back and books the real cost. An unknown outcome is booked in full.
  void Settle(const Payer& payer, PicoUsd reserved, PicoUsd cost);

  [[nodiscard]] bool has_reservations() const { return whole_.open > 0; }
  [[nodiscard]] PicoUsd spent() const { return whole_.spent; }
  [[nodiscard]] PicoUsd reserved() const { return whole_.reserved; }

 private:
  struct Account {
    SpendLimits limits{};
    PicoUsd spent{}, reserved{};
    int64_t open = 0, calls = 0;
  };
  // The accounts that a payer's call is booked on; the experiment's is first.
  template <typename Do>
  void ForEach(const Payer& payer, Do what);
  static std::optional<Refusal> Check(const Account& account, const std::string& name,
                                      PicoUsd amount);

  BudgetSpec spec_;
  Account whole_;
  std::map<std::string, Account> arms_, providers_;
  std::map<Hash, Account> units_;
};

}  // namespace hone
