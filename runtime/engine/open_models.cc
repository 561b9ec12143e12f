// OpenModels (loaded_experiment.h): the last look before money can be spent.
#include <algorithm>
#include <set>

#include "engine/arm_pattern.h"
#include "engine/loaded_experiment.h"

namespace hone {
namespace {

// The arms that --arm means, and those whose recipes make skills for them.
std::vector<LoadedArm*> ArmsThatCall(LoadedExperiment* loaded,
                                     const std::vector<std::string>& only_arms) {
  std::set<std::string> names;
  for (const LoadedArm& arm : loaded->arms) {
    if (IsChosenArm(only_arms, arm.spec.name)) names.insert(arm.spec.name);
  }
  for (std::size_t before = 0; before < names.size();) {
    before = names.size();
    for (const LoadedArm& arm : loaded->arms) {
      const bool takes = names.count(arm.spec.name) != 0 && !arm.spec.skills_from.empty();
      if (takes) names.insert(arm.spec.skills_from);
    }
  }
  std::vector<LoadedArm*> out;
  for (LoadedArm& arm : loaded->arms) {
    if (names.count(arm.spec.name) != 0) out.push_back(&arm);
  }
  return out;
}

// A budget in dollars means nothing for a model whose price nobody knows.
Status CheckPrices(const LoadedExperiment& loaded, const std::vector<LoadedArm*>& arms) {
  if (!loaded.experiment.budget.limits_usd()) return Ok{};
  std::vector<UnitModel> called;
  for (const LoadedArm* arm : arms) {
    for (const auto& [role, model] : arm->models) called.push_back(model);
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
  const std::vector<LoadedArm*> arms = ArmsThatCall(loaded, only_arms);
  for (LoadedArm* arm : arms) {
    for (auto& [role, model] : arm->models) {
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
  return CheckPrices(*loaded, arms);
}

}  // namespace hone
