// Budget: money reserved before a call and settled after it, so that a limit is never exceeded.
//
// The worst case of a call is one token per byte of prompt (no tokenizer makes more) plus 16 per
// message and 20,000 per image (providers charge 85 to some 6,000), and the request's or the
// model's output limit; of an embedding the prompt alone. Loop's thread only.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"
#include "ports/chat_model.h"
#include "ports/model_source.h"

namespace hone {

class Budget {
 public:
  struct Limits {
    std::optional<PicoUsd> usd;
    std::optional<int64_t> calls;  // calls bought, in all sessions
  };
  // `already` is what this experiment has spent or may owe from earlier sessions, `already_calls`
  // the calls that were answered then.
  Budget(Limits limits, PicoUsd already, int64_t already_calls = 0)
      : limits_(limits), spent_(already), sent_(already_calls) {}

  // The most that a call can cost; nothing when the model has no price.
  static std::optional<PicoUsd> WorstCase(const ChatRequest& request, const ModelChoice& choice);
  static std::optional<PicoUsd> WorstCase(const EmbedRequest& request, const ModelChoice& choice);
  // What an answer did cost; nothing when the model has no price.
  static std::optional<PicoUsd> Cost(const TokenUsage& usage, const ModelChoice& choice);

  // Takes `amount` out of what is left. False: it does not fit now.
  bool Reserve(PicoUsd amount);
  // Gives the reservation back and books the real cost. An unknown outcome is booked in full.
  void Settle(PicoUsd reserved, PicoUsd cost);

  [[nodiscard]] bool has_reservations() const { return open_ > 0; }
  [[nodiscard]] PicoUsd spent() const { return spent_; }
  [[nodiscard]] PicoUsd reserved() const { return reserved_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] bool calls_left() const { return !limits_.calls || sent_ < *limits_.calls; }

 private:
  Limits limits_;
  PicoUsd spent_, reserved_;
  int64_t open_ = 0, sent_;
};

}  // namespace hone
