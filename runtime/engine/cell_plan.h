// CellPlan: from a loaded experiment to the units that its cells ask for. Pure: no I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "store/operations.h"

namespace hone {

// A cell of the plan: one item under one arm and replicate.
struct CellName {
  std::size_t arm = 0, seed = 0, item = 0;
};

// All cells, replicate by replicate, arm by arm, in the order of the data.
std::vector<CellName> PlanCells(const LoadedExperiment& loaded,
                                const std::vector<std::string>& only_arms);

RunName RunOf(const LoadedExperiment& loaded, const CellName& cell);
std::string CellLabel(const LoadedExperiment& loaded, const CellName& cell);  // "arm / seed / item"

// The unit that executes the recipe. REQUIRES: the arm has a program.
UnitSpec RecipeUnit(const LoadedExperiment& loaded, const CellName& cell);
// The unit that evaluates `skill` on the item's report tasks. REQUIRES: there is an evaluator.
UnitSpec EvaluateUnit(const LoadedExperiment& loaded, const CellName& cell,
                      const std::string& skill);

// The cell whose skill an arm with skills_from takes: the same item, or under "another_unit" the
// next item of another cluster.
CellName SkillSource(const LoadedExperiment& loaded, const CellName& cell);
// "unrelated_text": words of the next item of another cluster, as many as the skill has.
std::string UnrelatedText(const LoadedExperiment& loaded, const CellName& cell,
                          const std::string& skill);

}  // namespace hone
