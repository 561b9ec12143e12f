// Experiment: the checked form of what an experiment file says. Values only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/budget_spec.h"
#include "engine/sweep.h"

namespace hone {

using RoleModels = std::map<std::string, std::string>;  // role -> model name; "default" is required

struct ArmSpec {
  std::string name;
  Json labels;         // its place in the matrix: {"model", "slice", "arm"}; candidates: "params"
  Json slice;          // filter of the items it runs on (item_filter.h); null: all
  std::string recipe;  // "" when skills_from is set
  Json settings;       // parameter values by name, not yet checked against the recipe
  std::vector<std::string> inherited;  // settings that come from `base`: ignored by other recipes
  RoleModels models;                   // base models with the arm's own on top
  std::map<std::string, std::string> prompts;  // prompt name -> file
  std::string baseline;                        // the arm it is compared with; "" for none
  std::string skills_from;          // take the skills of this arm instead of running a recipe
  std::string skill_map;            // "own" | "another_unit" | "unrelated_text"
  bool independent = false;         // its own draws (A/A arms)
  std::string origin = "declared";  // "sweep": a candidate of a search; "rejudge"
};

struct EvaluateSpec {
  std::string with;   // evaluator: lua/hone/evaluate/<with>.lua
  std::string judge;  // model of the role "judge"; "" means models.judge or default
  std::string by;     // grouping named for the table
  Json params;
  [[nodiscard]] bool enabled() const { return !with.empty(); }
};

struct Experiment {
  std::string name, file;
  std::string mapper;       // module name, e.g. "hone.data.documents"
  std::string mapper_file;  // the user's own mapper instead; relative to the experiment
  Json data_params;
  std::vector<std::string> seeds;
  std::vector<ArmSpec> arms;  // as declared; candidates of the search come with loading
  std::optional<SearchSpec> search;
  EvaluateSpec evaluate;
  std::string table_baseline, table_reference;
  BudgetSpec budget;
  std::string epoch;
  // An interrupted call is an answer to the recipe (nil, err), and on record until
  // --retry-recorded; else its unit is suspended.
  bool records_interruptions = false;
  Json values;  // canonical source of all the above, after overrides
};

// The names that an experiment may give values to; any other first name of an override is a setting
// of base.
const std::vector<std::string>& ExperimentFields();

// Reads and checks the value that hone-script made of the file, after `overrides` ("key=value",
// where key is a path into the value such as seeds, data.path or base.iterations; a bare recipe
// parameter is a setting of base), or choices of the file's sets (value_sets.h). Errors name the
// field path and the nearest name. `is_sweep` asks for the search alone: of the arms only the one
// that it varies, under the name "<name>_sweep".
// `rewrite` may change the values once the chosen sets are in; other overrides come after it.
Result<Experiment> ReadExperiment(Json value, const std::string& file,
                                  const std::vector<std::string>& overrides, bool is_sweep = false,
                                  const std::function<Result<Json>(Json)>& rewrite = {});

}  // namespace hone
