// hone sweep: parameters to try, from the command line, on a recipe or an experiment. It is a run
// of that experiment's varied arm with a `sweep`.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/installation.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"
#include "engine/describe_recipe.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

bool Exists(const std::string& path) {
  std::error_code trouble;
  return fs::is_regular_file(path, trouble);
}

// The experiment that lends `recipe` its data, models and evaluation.
Result<std::string> ExperimentFor(const std::string& recipe, const std::string& on) {
  if (!on.empty()) return on;
  HONE_ASSIGN(const Installation installation, Installation::Find());
  for (const std::string& name : {recipe, std::string("quickstart")}) {
    for (const std::string& root : {std::string("."), installation.home}) {
      std::string file =
          root == "." ? "experiments/" + name + ".lua" : root + "/experiments/" + name + ".lua";
      if (Exists(file)) return file;
    }
  }
  return Fail(ErrorCode::kNotFound, "no experiments/" + recipe +
                                        ".lua here that would lend the recipe its data and models; "
                                        "name one with --on EXPERIMENT.lua");
}

// "log_uniform(0.1,10)" as the value of an override; nothing when it is no range.
std::optional<std::string> RangeOf(std::string_view text) {
  for (const std::string_view name :
       {std::string_view("log_uniform"), std::string_view("uniform")}) {
    if (!text.starts_with(name) || !text.ends_with(")") || text.substr(name.size(), 1) != "(") {
      continue;
    }
    const std::string_view inside = text.substr(name.size() + 1, text.size() - name.size() - 2);
    const std::vector<std::string_view> ends = Split(inside, ',');
    if (ends.size() != 2) return std::nullopt;
    Json range = Json::MakeObject({{"distribution", Json(name)}});
    for (std::size_t i = 0; i < 2; ++i) {
      const Result<Json> number = Json::Parse(Trim(ends[i]));
      if (!number.ok() || !number->is_number()) return std::nullopt;
      range.Set(i == 0 ? "min" : "max", *number);
    }
    return range.Dump();
  }
  return std::nullopt;
}

// Lists and ranges of parameters become the sweep; everything else stays an override.
Result<std::vector<std::string>> Overrides(const std::vector<std::string>& arguments) {
  static const std::vector<std::string> kSearch = {"method", "trials"};
  static const std::vector<std::string> kFields = {"seeds", "name", "where"};
  std::vector<std::string> out;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Invalid("'" + argument + "': write key=value, for instance iterations=1,2,3");
    }
    const std::string key = argument.substr(0, equals);
    const std::string value = argument.substr(equals + 1);
    const bool is_field = key.find('.') != std::string::npos ||
                          std::find(kFields.begin(), kFields.end(), key) != kFields.end();
    if (std::find(kSearch.begin(), kSearch.end(), key) != kSearch.end()) {
      out.push_back("search." + argument);
    } else if (const auto range = RangeOf(value)) {
      out.push_back("sweep." + key + "=" + *range);
    } else if (value.starts_with("uniform(") || value.starts_with("log_uniform(")) {
      return Invalid("'" + argument + "': a range is two numbers, as in " + key +
                     "=log_uniform(0.1,10)");
    } else if (!is_field && value.find(',') != std::string::npos) {
      out.push_back("sweep." + argument);
    } else {
      out.push_back(argument);
    }
  }
  return out;
}

}  // namespace

VerbResult SweepVerb(const GlobalArguments& global, const SweepArguments& arguments) {
  RunArguments run = arguments.run;
  ExperimentArguments& experiment = run.experiment;
  experiment.is_sweep = true;
  HONE_ASSIGN(experiment.overrides, Overrides(experiment.overrides));
  std::string recipe = RecipeNameOf(experiment.file);
  if (recipe.empty() && !experiment.file.ends_with(".lua")) recipe = experiment.file;
  if (!recipe.empty()) {
    HONE_ASSIGN(experiment.file, ExperimentFor(recipe, arguments.on));
    // The recipe by itself, not what the experiment says about another one. What the user says
    // comes after it.
    std::vector<std::string> overrides = {"arms=null", "matrix=null", "name=" + recipe,
                                          "base={\"recipe\":" + Json(recipe).Dump() + "}"};
    const auto& own = experiment.overrides;
    overrides.insert(overrides.end(), own.begin(), own.end());
    experiment.overrides = std::move(overrides);
    Report(Tone::kPlain, "data, models and evaluation of " + experiment.file);
  }
  if (!arguments.plan) return RunVerb(global, run);
  PlanArguments plan;
  plan.experiment = experiment;
  plan.json = run.json;
  return PlanVerb(global, plan);
}

}  // namespace hone
