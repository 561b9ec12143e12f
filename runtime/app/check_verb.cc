// hone check: reads and checks an experiment; with --shuffle also whether its recipes are pure.
#include <filesystem>
#include <map>

#include "adapters/git_folder.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "engine/describe_recipe.h"
#include "engine/implicit_experiment.h"
#include "engine/shuffle_check.h"
#include "store/store.h"

namespace hone {
namespace {

// How the tasks were told apart from their contexts.
struct Separation {
  std::map<std::string, int64_t> contexts;  // by the mapper's word
  int64_t exposed_tasks = 0;
};

Separation SeparationOf(const LoadedExperiment& loaded) {
  Separation out;
  for (const Item& item : loaded.items) {
    ++out.contexts[item.separation.empty() ? "not said" : item.separation];
    if (item.separation == "none") {
      out.exposed_tasks += static_cast<int64_t>(item.report_hashes.size());
    }
  }
  return out;
}

std::string SeparationLine(const LoadedExperiment& loaded) {
  const Separation separation = SeparationOf(loaded);
  std::string out;
  for (const auto& [word, contexts] : separation.contexts) {
    out += (out.empty() ? "" : ", ") + word + " " + std::to_string(contexts);
  }
  out = "  separation of context and task: " + out;
  if (separation.exposed_tasks > 0) {
    out += "; " + std::to_string(separation.exposed_tasks) +
           " tasks are exposed and stay out of every headline";
  }
  return out + "\n";
}

Json ToJson(const LoadedExperiment& loaded) {
  Json arms = Json::MakeArray();
  for (const LoadedArm& arm : loaded.arms) {
    Json row = Json::MakeObject({{"name", arm.spec.name}, {"recipe", arm.spec.recipe}});
    row.Set("params", arm.program ? arm.program->params : Json());
    row.Set("call_bound", arm.bound ? Json(*arm.bound) : Json());
    Json models = Json::MakeObject();
    for (const auto& [role, model] : arm.models) models.Set(role, Json(model.name));
    row.Set("models", std::move(models));
    arms.Append(std::move(row));
  }
  Json out = Json::MakeObject({{"name", loaded.experiment.name}});
  out.Set("hash", Json(loaded.hash.Hex()));
  out.Set("items", Json(static_cast<int64_t>(loaded.items.size())));
  out.Set("items_in_data", Json(static_cast<int64_t>(loaded.items_in_data)));
  out.Set("seeds", Json(static_cast<int64_t>(loaded.experiment.seeds.size())));
  const Separation separation = SeparationOf(loaded);
  Json contexts = Json::MakeObject();
  for (const auto& [word, count] : separation.contexts) contexts.Set(word, Json(count));
  out.Set("separation", std::move(contexts));
  out.Set("exposed_tasks", Json(separation.exposed_tasks));
  out.Set("arms", std::move(arms));
  return out;
}

void PrintLoaded(const LoadedExperiment& loaded) {
  std::string text = loaded.experiment.name + ": " + std::to_string(loaded.arms.size()) +
                     " arms, " + std::to_string(loaded.experiment.seeds.size()) + " seeds, " +
                     std::to_string(loaded.items.size()) + " items\n";
  text += SeparationLine(loaded);
  for (const LoadedArm& arm : loaded.arms) {
    text += "  " + arm.spec.name + ": ";
    if (!arm.program) {
      text += "takes the skills of '" + arm.spec.skills_from + "' (" + arm.spec.skill_map + ")\n";
      continue;
    }
    text += "recipe " + arm.spec.recipe;
    if (!arm.program->preset.empty()) text += ", preset " + arm.program->preset;
    if (arm.bound) text += ", at most " + std::to_string(*arm.bound) + " calls an item";
    std::string parts;
    for (const auto& [part, calls] : arm.bound_parts.members()) {
      parts += (parts.empty() ? " (" : ", ") + part + " " + std::to_string(calls.AsInt());
    }
    if (!parts.empty()) text += parts + ")";
    text += "\n";
    for (const auto& [name, value] : arm.program->params.members()) {
      text += "    " + name + " = " + value.Dump() + "\n";
    }
    std::string steps;
    for (const Json& step : arm.program->description["steps"].items()) {
      steps += (steps.empty() ? "" : " ") + step.AsString();
    }
    if (!steps.empty()) text += "    steps: " + steps + "\n";
  }
  PrintText(text);
}

void PrintRecipe(const Json& recipe) {
  std::string text = recipe["name"].AsString() + ": " + recipe["doc"].AsString() + "\n";
  for (const Json& param : recipe["params"].items()) {
    text += "  " + param["name"].AsString() + " (" + param["type"].AsString() + ")";
    text += param["required"].AsBool() ? " required" : " = " + param["default"].Dump();
    text += "  " + param["doc"].AsString() + "\n";
  }
  for (const auto& [name, values] : recipe["presets"].members()) {
    text += "  preset " + name + ":";
    for (const auto& [key, value] : values.members()) text += " " + key + "=" + value.Dump();
    text += "\n";
  }
  for (const Json& file : recipe["prompt_files"].items()) {
    text += "  prompt " + file.AsString() + "\n";
  }
  PrintText(text);
}

Result<ShuffleReport> Shuffle(Workbench* workbench, const std::string& db,
                              const LoadedExperiment& loaded, int64_t orders) {
  UvEventLoop& loop = workbench->loop();
  Store::Options options;
  options.path = db;
  HONE_ASSIGN(const auto store,
              Store::Open(std::move(options), [&loop](auto task) { loop.Post(std::move(task)); }));
  // What the units make again is compared, not kept.
  const std::string scratch = db + ".check";
  GitFolders folders(scratch);
  Facilities facilities;
  facilities.folders = &folders;
  Result<ShuffleReport> report = CheckShuffles(&loop, &workbench->clock(), &workbench->spawner(),
                                               store.get(), loaded, facilities, orders);
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return report;
}

}  // namespace

VerbResult CheckVerb(const GlobalArguments& global, const CheckArguments& arguments) {
  HONE_ASSIGN(const auto workbench, Workbench::Make(arguments.experiment.endpoints));
  const std::string recipe = RecipeArgument(arguments.experiment.file);
  const bool is_alone =
      arguments.experiment.config.empty() && arguments.experiment.overrides.empty();
  if (!recipe.empty() && is_alone && arguments.shuffles == 0) {
    HONE_ASSIGN(const Json description,
                DescribeRecipe(&workbench->loop(), &workbench->spawner(),
                               workbench->installation().home, ".", recipe));
    if (arguments.json) {
      PrintJson(description);
    } else {
      PrintRecipe(description);
    }
    return ExitCode::kComplete;
  }
  HONE_ASSIGN(LoadedExperiment loaded, workbench->Load(arguments.experiment));
  if (arguments.shuffles == 0) {
    if (arguments.json) {
      PrintJson(ToJson(loaded));
    } else {
      PrintLoaded(loaded);
    }
    return ExitCode::kComplete;
  }
  HONE_TRY(OpenModels(&workbench->models(), arguments.experiment.arms, &loaded));
  HONE_ASSIGN(const ShuffleReport report,
              Shuffle(workbench.get(), global.db, loaded, arguments.shuffles));
  if (arguments.json) {
    Json out = Json::MakeObject({{"units", report.units}, {"executions", report.executions}});
    out.Set("calls", Json(report.calls));
    out.Set("differences", Json(Json::Array(report.differences.begin(), report.differences.end())));
    PrintJson(out);
  } else {
    for (const std::string& difference : report.differences) PrintText(difference + "\n");
    PrintText(std::to_string(report.units) + " units, " + std::to_string(report.executions) +
              " executions in shuffled orders, " + std::to_string(report.calls) + " calls, " +
              std::to_string(report.differences.size()) + " differences\n");
  }
  if (report.units == 0) return Invalid("nothing is on record to check: hone run comes first");
  return report.differences.empty() ? ExitCode::kComplete : ExitCode::kUsage;
}

}  // namespace hone
