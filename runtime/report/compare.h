// Compare: two sides of the record, item by item, paired; and the differences of their skills,
// prompts and configurations.
//
// A side is named
//   ARM                    of the experiment started last
//   EXPERIMENT:ARM         EXPERIMENT as FindExperiment takes it
//   ...@SEED               one replicate of it
//   EXPERIMENT             every arm of it; the two sides' arms meet by name
// Arms may hold ':' and '@' themselves: every way to cut a name is tried, the shortest experiment
// first. Two named replicates meet whatever their labels; else equal labels meet.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/report_data.h"
#include "store/read_database.h"

namespace hone {

struct CompareSide {
  ExperimentRef experiment;
  std::string arm;        // "": every arm
  std::string replicate;  // "": every one
  std::string name;       // as asked for
};

Result<CompareSide> FindCompareSide(ReadDatabase& database, const std::string& name);

struct CompareQuery {
  std::string a{}, b{};
  bool all_items = false;  // items without a flip, too
};

// {a, b, arms: [{a, b, tasks, both, only_a, only_b, neither, ungraded, rates, difference,
// only_in_a, only_in_b, flips: [{item, task, seed, category, a, b, a_unit, b_unit}],
// items: [...]}]}
Result<Json> CompareRuns(ReadDatabase& database, const CompareQuery& query);
std::string RenderCompare(const Json& comparison);

// Two skills, each as `hone show skill` takes it, or a side (then the skills that were evaluated
// item by item). {diffs: [{item, a, b, diff}]}; diff "" where they are the same.
Result<Json> CompareSkills(ReadDatabase& database, const std::string& a, const std::string& b);
// Prompts and files of the programs of two sides, by name: {diffs: [{name, a, b, diff}]}.
Result<Json> ComparePrompts(ReadDatabase& database, const std::string& a, const std::string& b);
// Resolved configurations (parameters, models, prompts, programs, data): {differences: [{field, a,
// b}]}, a field as a path.
Result<Json> CompareConfigs(ReadDatabase& database, const std::string& a, const std::string& b);
// Any of the three as text.
std::string RenderDifferences(const Json& differences);

// {path: value} of everything below `value` that is no object.
void FlattenJson(const Json& value, const std::string& path, Json* out);

}  // namespace hone
