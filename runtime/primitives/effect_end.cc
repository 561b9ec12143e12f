#include "primitives/effect_end.h"

namespace hone {

Json JournalForm(const EffectEnd& end) {
  Json form = Json::MakeObject();
  if (end.failure) {
    form.Set("error", Json::MakeObject({{"code", Json(ErrorCodeName(end.failure->code))},
                                        {"message", Json(end.failure->message)},
                                        {"infrastructure", Json(end.infrastructure)}}));
  } else {
    form.Set("value", end.value);
  }
  if (end.duration_ms > 0) form.Set("duration_ms", end.duration_ms);
  return form;
}

bool IsInterruption(ErrorCode code) {
  return code == ErrorCode::kTimeout || code == ErrorCode::kRateLimited ||
         code == ErrorCode::kUnavailable || code == ErrorCode::kBadResponse;
}

Json ErrorAnswer(const Error& error) {
  Json out = Json::MakeObject(
      {{"code", Json(ErrorCodeName(error.code))}, {"message", Json(error.message)}});
  if (IsInterruption(error.code)) out.Set("infrastructure", true);
  return Json::MakeObject({{"error", std::move(out)}});
}

Json AnswerForm(const Json& journal_form) {
  Json answer = journal_form;
  answer.Erase("duration_ms");
  return answer;
}

bool IsSameAnswer(const Json& left, const Json& right) {
  const Result<std::string> one = AnswerForm(left).Canonical();
  const Result<std::string> other = AnswerForm(right).Canonical();
  return one.ok() && other.ok() && *one == *other;
}

bool IsInfrastructureFailure(const Json& journal_form) {
  return journal_form["error"]["infrastructure"].AsBool();
}

}  // namespace hone
