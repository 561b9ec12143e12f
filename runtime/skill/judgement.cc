#include "skill/judgement.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "skill/json_extract.h"

namespace hone {
namespace {

// What is wrong with one verdict, or "". A good one lands in `slots` at its number.
std::string ReadVerdict(const Json& item, std::vector<std::optional<RubricVerdict>>* slots) {
  if (!item.is_object()) return "is " + std::string(item.type_name()) + ", not an object";
  const Json& rubric = item["rubric"];
  const Json& status = item["status"];
  const Json& reason = item["reason"];
  if (!rubric.is_int()) return "has no whole number 'rubric'";
  const int64_t number = rubric.AsInt();
  if (number < 1 || number > static_cast<int64_t>(slots->size())) {
    return "names rubric " + std::to_string(number) + " of " + std::to_string(slots->size());
  }
  if (!status.is_string()) return "has no text 'status'";
  if (!reason.is_string()) return "has no text 'reason'";
  const std::string said = ToLowerAscii(Trim(status.AsString()));
  if (said != "yes" && said != "no") {
    return "has status '" + OneLine(status.AsString(), 40) + "', not yes or no";
  }
  auto& slot = (*slots)[static_cast<std::size_t>(number - 1)];
  if (slot) return "repeats rubric " + std::to_string(number);
  slot = RubricVerdict{said == "yes", reason.AsString()};
  return "";
}

}  // namespace

Judgement Ungraded(int n_rubrics, std::string why) {
  Judgement out;
  out.n_rubrics = n_rubrics;
  out.why = std::move(why);
  return out;
}

Judgement ParseJudgement(std::string_view answer, std::string_view finish_reason, int n_rubrics) {
  if (n_rubrics <= 0) return Ungraded(0, "the task has no rubrics");
  if (finish_reason == "length")
    return Ungraded(n_rubrics, "the judge's answer was cut off (length)");
  if (finish_reason == "content_filter") {
    return Ungraded(n_rubrics, "the judge's answer was withheld (content_filter)");
  }
  const Result<Json> extracted = ExtractJson(answer, JsonShape::kObject);
  if (!extracted.ok()) return Ungraded(n_rubrics, "judge: " + extracted.error().message);
  const Json* items = extracted->Find("verdicts");
  if (items == nullptr || !items->is_array()) {
    return Ungraded(n_rubrics, "the judge's answer has no list 'verdicts'");
  }
  if (items->size() != static_cast<std::size_t>(n_rubrics)) {
    return Ungraded(n_rubrics, "the judge gave " + std::to_string(items->size()) +
                                   " verdicts for " + std::to_string(n_rubrics) + " rubrics");
  }
  std::vector<std::optional<RubricVerdict>> slots(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string problem = ReadVerdict(items->items()[i], &slots);
    if (!problem.empty()) {
      return Ungraded(n_rubrics, "verdict " + std::to_string(i + 1) + " " + problem);
    }
  }
  Judgement out;
  out.graded = true;
  out.n_rubrics = n_rubrics;
  for (auto& slot : slots) {  // as many as rubrics and none repeated: every slot is filled
    out.n_pass += slot->passed ? 1 : 0;
    out.verdicts.push_back(std::move(*slot));
  }
  out.solved = out.n_pass == n_rubrics;
  return out;
}

Json Judgement::ToJson() const {
  Json status = Json::MakeArray();
  Json reasons = Json::MakeArray();
  for (const RubricVerdict& verdict : verdicts) {
    status.Append(verdict.passed ? "yes" : "no");
    reasons.Append(verdict.reason);
  }
  return Json::MakeObject({{"graded", graded},
                           {"solved", solved},
                           {"n_pass", n_pass},
                           {"n_rubrics", n_rubrics},
                           {"status", std::move(status)},
                           {"reasons", std::move(reasons)},
                           {"why", why}});
}

Json VerdictsSchema(int n_rubrics) {
  const Json verdict = Json::MakeObject(
      {{"type", "object"},
       {"properties",
        Json::MakeObject(
            {{"rubric",
              Json::MakeObject({{"type", "integer"}, {"minimum", 1}, {"maximum", n_rubrics}})},
             {"status",
              Json::MakeObject({{"type", "string"}, {"enum", Json::MakeArray({"yes", "no"})}})},
             {"reason", Json::MakeObject({{"type", "string"}})}})},
       {"required", Json::MakeArray({"rubric", "status", "reason"})},
       {"additionalProperties", false}});
  return Json::MakeObject(
      {{"type", "object"},
       {"properties", Json::MakeObject({{"verdicts", Json::MakeObject({{"type", "array"},
                                                                       {"items", verdict}})}})},
       {"required", Json::MakeArray({"verdicts"})},
       {"additionalProperties", false}});
}

}  // namespace hone
