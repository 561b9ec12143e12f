#include "engine/load_search.h"

#include "base/text.h"
#include "engine/experiment_field.h"

namespace hone {
namespace {

// The arm that the search varies: the one it names, else the first that runs base's recipe, else
// the first that runs any.
Result<std::size_t> VariedArm(const LoadedExperiment& loaded, const std::string& wanted) {
  const std::string& base = loaded.experiment.values["base"]["recipe"].AsString();
  std::vector<std::string> names;
  std::optional<std::size_t> first, of_base;
  for (std::size_t i = 0; i < loaded.arms.size(); ++i) {
    const LoadedArm& arm = loaded.arms[i];
    if (!arm.program) continue;
    names.push_back(arm.spec.name);
    if (arm.spec.name == wanted) return i;
    if (!first) first = i;
    if (!of_base && arm.spec.recipe == base) of_base = i;
  }
  if (!wanted.empty()) {
    return FieldError(loaded.experiment.file, "search.arm",
                      "no arm '" + wanted + "' that runs a recipe" + NameHint(wanted, names));
  }
  if (!first) return FieldError(loaded.experiment.file, "search", "no arm runs a recipe");
  return of_base.value_or(*first);
}

}  // namespace

Result<std::vector<ArmSpec>> LoadSearch(ProgramLoader* programs, LoadedExperiment* loaded) {
  const std::string& file = loaded->experiment.file;
  SearchSpec spec = *loaded->experiment.search;
  if (!loaded->experiment.evaluate.enabled()) {
    return FieldError(file, "evaluate", "missing: a search chooses by it");
  }
  HONE_ASSIGN(const std::size_t base, VariedArm(*loaded, spec.arm));
  const ArmSpec& arm = loaded->arms[base].spec;
  const Program& recipe = *loaded->arms[base].program;
  if (!spec.has_sweep) {
    const Json& sweep = recipe.description["sweep"];
    if (sweep.size() == 0) {
      return FieldError(file, "sweep",
                        "missing: the recipe '" + arm.recipe + "' has no sweep of its own");
    }
    HONE_ASSIGN(spec.dimensions, ReadSweep(programs->FileOf(recipe.module), "sweep", sweep));
    ChooseMethod(&spec);
  }
  const auto with = [&](const Json& settings) {
    Json out = arm.settings;
    for (const auto& [name, value] : settings.members()) out.Set(name, value);
    return out;
  };
  HONE_ASSIGN(const std::vector<SweepCandidate> candidates,
              MakeCandidates(file, spec, recipe.description["params"], [&](const Json& settings) {
                return programs->Parameters(arm, recipe, with(settings), file + ": sweep");
              }));
  std::vector<ArmSpec> out;
  for (const SweepCandidate& candidate : candidates) {
    ArmSpec made = arm;
    made.name += " " + candidate.name;
    made.settings = with(candidate.settings);
    made.labels.Set("params", candidate.settings);
    made.baseline = arm.name;
    made.origin = "sweep";
    out.push_back(std::move(made));
  }
  loaded->search = LoadedSearch{std::move(spec), base, {}};
  return out;
}

}  // namespace hone
