// EffectEnd: how an effect that is journaled by place ended (LEDGER.md 4), and its forms.
//
// In the journal it is {"value": ...} or {"error": {code, message, infrastructure}}, with
// "duration_ms" beside it where the time counts against a limit; the recipe gets the same without
// the duration.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct EffectEnd {
  Json value;
  std::optional<Error> failure;  // instead of a value: the recipe gets nil, err
  bool infrastructure = false;   // the failure is the world's (image, engine, disk), not the code's
  int64_t duration_ms = 0;

  static EffectEnd Value(Json value, int64_t duration_ms = 0) {
    return {std::move(value), {}, false, duration_ms};
  }
  static EffectEnd Failure(Error error, bool infrastructure) {
    return {{}, std::move(error), infrastructure, 0};
  }
};

// An error is no end that the recipe may handle: misuse, which is raised and not journaled, or
// kCancelled, which stops the unit.
using EffectDone = std::function<void(Result<EffectEnd>)>;

Json JournalForm(const EffectEnd& end);
// Whether a failure is the network's or the provider's: what a call ends with that was interrupted.
bool IsInterruption(ErrorCode code);
// The answer {"error": {code, message}} of what has no journal form: misuse, and calls. Of an
// interruption it says infrastructure, so that the recipe gets nil, err.
Json ErrorAnswer(const Error& error);
// What the recipe gets of a journal's form: {"value"} or {"error"}.
Json AnswerForm(const Json& journal_form);
// Whether two journal forms give a recipe the same answer.
bool IsSameAnswer(const Json& left, const Json& right);
bool IsInfrastructureFailure(const Json& journal_form);

}  // namespace hone
