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

// What a session does with a cell, once its recipe has run.
struct CellTask {
  CellName name;
  bool selects = false;  // evaluate it on its selection tasks, for a search
  bool reports = true;   // evaluate it on its report tasks
};

enum class TaskSplit { kReport, kSelect };

// All cells that are reported, replicate by replicate, arm by arm, in the order of the data: of the
// declared arms that `only_arms` (arm_pattern.h) means, on the items of their slice, without those
// that a search has set aside.
std::vector<CellName> PlanCells(const LoadedExperiment& loaded,
                                const std::vector<std::string>& only_arms);

// What a run executes at most: those, and of a search every candidate on every selection item, one
// of them on what is reported too.
std::vector<CellTask> PlanTasks(const LoadedExperiment& loaded,
                                const std::vector<std::string>& only_arms);

RunName RunOf(const LoadedExperiment& loaded, const CellName& cell);
std::string CellLabel(const LoadedExperiment& loaded, const CellName& cell);  // "arm / seed / item"

// The unit that executes the recipe. REQUIRES: the arm has a program.
UnitSpec RecipeUnit(const LoadedExperiment& loaded, const CellName& cell);
// The unit that evaluates `skill` on the item's tasks of that split. REQUIRES: there is an
// evaluator. Calls are shared between the splits, rows are not.
UnitSpec EvaluateUnit(const LoadedExperiment& loaded, const CellName& cell,
                      const std::string& skill, TaskSplit split = TaskSplit::kReport);

// The cell whose skill an arm with skills_from takes: the same item, or under "another_unit" the
// next item of another cluster.
CellName SkillSource(const LoadedExperiment& loaded, const CellName& cell);
// The cell whose recipe makes the skill: itself, or the end of its chain of sources.
CellName SkillMaker(const LoadedExperiment& loaded, const CellName& cell);
// The skill of the cell, of what its maker's recipe returned. Under "unrelated_text" it is words of
// the next item of another cluster, as many as the skill has.
std::string SkillOf(const LoadedExperiment& loaded, const CellName& cell, const std::string& made);

}  // namespace hone
