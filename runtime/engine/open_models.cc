// OpenModels (loaded_experiment.h): the last look before money can be spent.
#include <algorithm>

#include "engine/loaded_experiment.h"

namespace hone {
namespace {

// A budget in dollars means nothing for a model whose price nobody knows.
Status CheckPrices(const LoadedExperiment& loaded, const std::vector<std::string>& only_arms) {
  if (!loaded.experiment.budget) return Ok{};
  std::vector<UnitModel> called;
  for (const LoadedArm& arm : loaded.arms) {
    const bool is_left_out = !only_arms.empty() && std::find(only_arms.begin(), only_arms.end(),
                                                             arm.spec.name) == only_arms.end();
    if (is_left_out) continue;
    for (const auto& [role, model] : arm.models) called.push_back(model);
  }
  if (loaded.evaluate_judge) called.push_back(*loaded.evaluate_judge);
  for (const UnitModel& model : called) {
    if (model.choice.prices) continue;
    return Invalid(loaded.experiment.file + ": budget.usd: the model '" + model.name +
                   "' has no price, so a budget in dollars cannot hold; give its price under "
                   "[prices] in your configuration, or limit budget.calls instead");
  }
  return Ok{};
}

}  // namespace

void ShareLimits(double share, LoadedExperiment* loaded) {
  const auto scale = [share](EndpointLimits* limits) {
    const auto part = [share](int64_t whole) {
      return std::max<int64_t>(1, static_cast<int64_t>(static_cast<double>(whole) * share));
    };
    limits->max_in_flight = static_cast<int>(part(limits->max_in_flight));
    if (limits->requests_per_minute)
      limits->requests_per_minute = part(*limits->requests_per_minute);
    if (limits->tokens_per_minute) limits->tokens_per_minute = part(*limits->tokens_per_minute);
  };
  if (share >= 1) return;
  for (LoadedArm& arm : loaded->arms) {
    for (auto& [role, model] : arm.models) scale(&model.choice.limits);
  }
  if (loaded->evaluate_judge) scale(&loaded->evaluate_judge->choice.limits);
}

Status OpenModels(ModelSource* models, const std::vector<std::string>& only_arms,
                  LoadedExperiment* loaded) {
  for (LoadedArm& arm : loaded->arms) {
    if (!only_arms.empty() &&
        std::find(only_arms.begin(), only_arms.end(), arm.spec.name) == only_arms.end()) {
      continue;
    }
    for (auto& [role, model] : arm.models) {
      HONE_ASSIGN(model.choice, models->Open(model.name));
    }
  }
  if (loaded->evaluate_judge) {
    HONE_ASSIGN(loaded->evaluate_judge->choice, models->Open(loaded->evaluate_judge->name));
  }
  // Needed only where a recipe embeds texts; without it such a call says what is missing.
  if (Result<ModelChoice> embedder = models->Open(loaded->default_embedder.name); embedder.ok()) {
    loaded->default_embedder.choice = std::move(embedder).value();
  }
  return CheckPrices(*loaded, only_arms);
}

}  // namespace hone
