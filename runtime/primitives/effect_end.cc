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

Json ErrorAnswer(const Error& error) {
  return Json::MakeObject({{"error", Json::MakeObject({{"code", Json(ErrorCodeName(error.code))},
                                                       {"message", Json(error.message)}})}});
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
