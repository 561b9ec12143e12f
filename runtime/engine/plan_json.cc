// Plan::ToJson: every figure of a plan, for programs.
#include "engine/plan.h"

namespace hone {
namespace {

Json ToJson(const Estimate& estimate) {
  return Json::MakeObject({{"calls", Json(estimate.volume.calls)},
                           {"calls_standard_error", Json(estimate.calls_error)},
                           {"input_tokens", Json(estimate.volume.input_tokens)},
                           {"output_tokens", Json(estimate.volume.output_tokens)},
                           {"usd", estimate.price ? Json(estimate.price->ToUsd()) : Json()}});
}

Json Strings(const std::vector<std::string>& texts) {
  Json out = Json::MakeArray();
  for (const std::string& text : texts) out.Append(Json(text));
  return out;
}

Json ToJson(const PlannedArm& arm) {
  Json row = Json::MakeObject({{"arm", Json(arm.name)}, {"recipe", Json(arm.recipe)}});
  if (!arm.preset.empty()) row.Set("preset", Json(arm.preset));
  row.Set("cells", Json(arm.cells));
  row.Set("finished", Json(arm.finished));
  row.Set("recorded_calls", Json(arm.recorded));
  row.Set("recipe_calls_at_most",
          arm.recipe_calls_at_most ? Json(*arm.recipe_calls_at_most) : Json());
  row.Set("bound_of_a_unit", arm.bound_parts);
  row.Set("alone", ToJson(arm.alone));
  row.Set("added", ToJson(arm.added));
  row.Set("now", ToJson(arm.now));
  Json roles = Json::MakeArray();
  for (const PlannedRole& role : arm.roles) {
    Json one = ToJson(role.alone);
    one.Set("role", Json(role.role));
    one.Set("model", Json(role.model));
    roles.Append(std::move(one));
  }
  row.Set("roles", std::move(roles));
  Json stages = Json::MakeArray();
  for (const PlannedStage& stage : arm.stages) {
    Json one = ToJson(stage.alone);
    one.Set("step", Json(stage.step));
    one.Set("part", Json(stage.is_evaluation ? "evaluation" : "recipe"));
    stages.Append(std::move(one));
  }
  row.Set("stages", std::move(stages));
  return row;
}

}  // namespace

Json Plan::ToJson() const {
  Json out = Json::MakeObject({{"items", Json(items)},
                               {"items_in_data", Json(items_in_data)},
                               {"has_containers", Json(has_containers)},
                               {"clusters", Json(clusters)},
                               {"replicates", Json(replicates)},
                               {"candidates", Json(candidates)},
                               {"report_tasks", Json(report_tasks)},
                               {"exposed_items", Json(exposed_items)},
                               {"rehearsed_items", Json(static_cast<int64_t>(sampled_items))},
                               {"estimator", Json(kEstimator)}});
  Json list = Json::MakeArray();
  for (const PlannedArm& arm : arms) list.Append(hone::ToJson(arm));
  out.Set("arms", std::move(list));
  out.Set("sum_of_rows_alone", hone::ToJson(sum_alone));
  out.Set("total", hone::ToJson(total));
  out.Set("now", hone::ToJson(now));
  out.Set("seconds", Json(seconds));
  out.Set("aliases", Strings(aliases));
  out.Set("unpriced", Strings(unpriced));
  out.Set("rehearsal_failures", Strings(failures));
  return out;
}

}  // namespace hone
