// Plan: what a run would do and what it may cost, before anything is sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "store/store.h"

namespace hone {

struct PlannedArm {
  std::string name, recipe;
  int64_t cells = 0;     // items x replicates
  int64_t finished = 0;  // recipe units that will be recalled
  // Calls that may still be bought if nothing is shared between arms: the recipe's own bound, less
  // what its unfinished units have recorded. Nothing when the recipe states no bound.
  std::optional<int64_t> recipe_calls;
  int64_t evaluate_calls = 0;  // one answer and one judgement for each report task; retries on top
  int64_t input_tokens = 0, output_tokens = 0;  // estimate: bytes / 4 of the context for each call
  std::optional<PicoUsd> price;                 // of that estimate; nothing: a model has no price
};

struct Plan {
  std::vector<PlannedArm> arms;
  int64_t items = 0, items_in_data = 0, clusters = 0, report_tasks = 0, exposed_items = 0;
  std::vector<std::string> aliases;  // models whose name may mean another one tomorrow
  std::vector<std::string> unpriced;
  std::optional<PicoUsd> total;
  static constexpr const char* kEstimator = "bytes / 4 per text, 700 output tokens a call";

  [[nodiscard]] Json ToJson() const;
  [[nodiscard]] std::string ToText() const;
};

// `store` may be null: nothing is recorded yet then.
Plan MakePlan(const LoadedExperiment& loaded, const std::vector<std::string>& only_arms,
              Store* store);

}  // namespace hone
