// Plan: what a run would do and what it may cost, before anything is sent.
//
// Calls of a recipe are estimated from a rehearsal (rehearsal.h) by stratified expansion: for each
// stratum the mean of its sampled items times its cells, with the spread
//   se^2 = sum over strata of W_h^2 (1 - n_h / N_h) s_h^2 / n_h   (Cochran, Sampling Techniques,
// 3rd ed., 1977, section 5.3). A recipe that makes the same calls whatever is answered has no
// spread, and its plan is exact. Calls of the evaluation are estimated per report task, whose
// number is known. The hard bound is the recipe's own, enforced as a limit of each unit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "engine/rehearsal.h"
#include "store/store.h"

namespace hone {

struct Estimate {
  CallVolume volume;
  double calls_error = 0;        // standard error of volume.calls
  std::optional<PicoUsd> price;  // nothing: a model has no price
};

struct PlannedRole {
  std::string role, model;
  Estimate alone;
};

// A named step of the recipe, or of the evaluator.
struct PlannedStage {
  std::string step;
  bool is_evaluation = false;
  Estimate alone;
};

struct PlannedArm {
  std::string name, recipe, preset;
  int64_t cells = 0;     // items x replicates
  int64_t finished = 0;  // recipe units that will be recalled
  int64_t recorded = 0;  // calls that unfinished units have on record
  // Most calls that may still be bought if nothing is shared between arms: the recipe's own bound,
  // less what its unfinished units have recorded. Nothing when the recipe states no bound.
  std::optional<int64_t> recipe_calls_at_most;
  Json bound_parts;  // of one unit, as the recipe says; null: not said
  Estimate alone;    // a fresh run of this row only
  Estimate added;    // what this row adds to the rows above it, with nothing on record
  Estimate now;      // of that, what is not on record yet
  std::vector<PlannedRole> roles;    // of `alone`
  std::vector<PlannedStage> stages;  // the same calls by step
};

struct Plan {
  std::vector<PlannedArm> arms;
  int64_t items = 0, items_in_data = 0, clusters = 0, report_tasks = 0, exposed_items = 0;
  int64_t replicates = 0;
  int64_t candidates = 0;         // of a search: all of them are planned on all selection items
  std::size_t sampled_items = 0;  // 0: not rehearsed, estimates are empty
  bool has_containers = false;    // whose commands a rehearsal does not execute
  std::vector<std::string> failures;
  std::vector<std::string> aliases;  // models whose name may mean another one tomorrow
  std::vector<std::string> unpriced;
  Estimate sum_alone, total, now;  // of the rows: each alone; shared; still to be bought
  double seconds = 0;              // at the limits of the endpoints, for `now`
  static constexpr const char* kEstimator =
      "input: bytes / 4 of what is sent; output: 500 tokens a call, or bytes / 4 of the stand-in's "
      "answer where that is more; time: 5 s a call";

  [[nodiscard]] Json ToJson() const;
};

// `store` may be null: nothing is recorded yet then. `rehearsal` may be empty.
Plan MakePlan(const LoadedExperiment& loaded, const std::vector<std::string>& only_arms,
              Store* store, const Rehearsal& rehearsal);

}  // namespace hone
