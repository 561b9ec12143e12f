// hone eval: pass rates of skills that were made elsewhere, by task source, against no skill. An
// experiment like any other: same ledger, same tables.
#include <filesystem>
#include <map>

#include "app/result_output.h"
#include "app/run_loaded.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/text.h"
#include "engine/given_skills.h"
#include "report/hard_and_soft.h"
#include "report/pass_rates.h"

namespace hone {
namespace {

constexpr const char* kBaseline = "baseline";
constexpr const char* kSingle = "skill";
constexpr const char* kBenchmark = "benchmark";  // the mapper and its evaluator

// The splits, and what published systems call them.
Result<std::string> SplitOf(const std::string& name) {
  static const std::map<std::string, std::string> kSplits = {
      {"train", "train"}, {"select", "select"},      {"selection", "select"},
      {"val", "select"},  {"valid_seen", "select"},  {"report", "report"},
      {"test", "report"}, {"valid_unseen", "report"}};
  const auto found = kSplits.find(name);
  if (found != kSplits.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, split] : kSplits) names.push_back(known);
  return Invalid("--split " + name + ": no such split" + NameHint(name, names));
}

// "A=dir": which is also what a folder without a label is called after.
Result<GivenSkills> ReadSkills(const EvalArguments& arguments) {
  GivenSkills skills;
  for (const std::string& text : arguments.skills) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Invalid("--skills " + text + ": write LABEL=FOLDER, as in --skills mine=build/skills");
    }
    const std::string label = text.substr(0, equals);
    if (label == kBaseline) {
      return Invalid("--skills baseline=...: 'baseline' is the answers without a skill");
    }
    HONE_TRY(skills.Add(label, text.substr(equals + 1)));
  }
  if (!arguments.skill.empty()) HONE_TRY(skills.Add(kSingle, arguments.skill));
  if (skills.labels().empty()) {
    return Invalid(
        "hone eval: name skills: --skills LABEL=FOLDER (repeatable) or --skill SKILL.md");
  }
  return skills;
}

Json Arms(const GivenSkills& skills) {
  Json arms = Json::MakeArray();
  const auto add = [&arms](const std::string& name, Json settings) {
    arms.Append(Json::MakeObject({{"name", Json(name)}, {"settings", std::move(settings)}}));
  };
  add(kBaseline, Json::MakeObject({{"recipe", Json("no_skill")}}));
  for (const std::string& label : skills.labels()) {
    Json sources = Json::MakeArray();
    for (const std::string& source : skills.SourcesOf(label)) sources.Append(Json(source));
    add(label, Json::MakeObject({{"recipe", Json("given_skill")},
                                 {"variant", Json(label)},
                                 {"evolved_on", std::move(sources)}}));
  }
  return arms;
}

// The experiment's data, models and evaluation with other arms.
Json Rewritten(Json values, const GivenSkills& skills, const EvalArguments& arguments) {
  for (const char* field : {"base", "matrix", "sweep", "search", "where", "prompts", "doc"}) {
    values.Erase(field);
  }
  values.Set("name", Json("eval-" + values["name"].AsString()));
  values.Set("arms", Arms(skills));
  values.Set("table", Json::MakeObject({{"baseline", Json(kBaseline)}, {"by", Json("category")}}));
  Json evaluate = values["evaluate"].is_object() ? values["evaluate"] : Json::MakeObject();
  evaluate.Erase("by");
  const bool is_benchmark = values["data"]["mapper"].AsString() == kBenchmark;
  if (!evaluate.Has("with")) evaluate.Set("with", Json(is_benchmark ? kBenchmark : "rubrics"));
  if (!arguments.judge.empty()) evaluate.Set("judge", Json(arguments.judge));
  values.Set("evaluate", std::move(evaluate));
  if (!arguments.model.empty()) {
    values.Set("models", Json::MakeObject({{"default", Json(arguments.model)}}));
  }
  return values;
}

// A benchmark's items: already split in a folder with train/, or in one file that is to be split.
Json BenchmarkAt(const std::string& path) {
  std::error_code none;
  const bool is_file = std::filesystem::is_regular_file(path, none);
  return Json::MakeObject(
      {{"mapper", Json(kBenchmark)},
       {"params", is_file ? Json::MakeObject({{"split_mode", "ratio"}, {"data_path", Json(path)}})
                          : Json::MakeObject({{"split_dir", Json(path)}})}});
}

Result<LoadOptions> OptionsFor(Workbench* workbench, const EvalArguments& arguments) {
  ExperimentArguments experiment = arguments.experiment;
  const std::string data = experiment.file;
  if (data.ends_with(".lua")) return workbench->OptionsFor(experiment);
  HONE_ASSIGN(LoadOptions options, workbench->PlainOptions(experiment));
  const std::string mapper = std::string("data=") + kBenchmark;
  std::error_code none;
  const bool is_benchmark =
      std::erase(experiment.overrides, mapper) > 0 ||
      std::filesystem::is_directory(std::filesystem::path(data) / "train", none);
  Json source;
  if (is_benchmark) {
    source = BenchmarkAt(data);
  } else {
    HONE_ASSIGN(ImplicitExperiments * implicit, workbench->Implicit());
    HONE_ASSIGN(source, implicit->DataAt(data));
  }
  // Paths of an experiment start at its folder, this one's from where the user stands.
  options.experiment_file = "eval";
  options.overrides = experiment.overrides;
  const std::string name = std::filesystem::path(data).stem().string();
  options.values = Json::MakeObject({{"name", Json(name)}, {"data", std::move(source)}});
  return options;
}

}  // namespace

VerbResult EvalVerb(const GlobalArguments& global, const EvalArguments& arguments) {
  HONE_ASSIGN(GivenSkills skills, ReadSkills(arguments));
  HONE_ASSIGN(const auto workbench, Workbench::Make(arguments.experiment.endpoints));
  HONE_ASSIGN(LoadOptions options, OptionsFor(workbench.get(), arguments));
  options.rewrite = [&](Json values) -> Result<Json> {
    return Rewritten(std::move(values), skills, arguments);
  };
  HONE_ASSIGN(const std::string split, SplitOf(arguments.split));
  const GivenSkills::Limits limits{arguments.limit_contexts.value_or(0),
                                   arguments.limit_tasks.value_or(0), split};
  options.rework = [&](Json units) -> Result<Json> { return skills.Rework(units, limits); };
  Result<LoadedExperiment> loaded = workbench->Load(options);
  if (!loaded.ok() && skills.contexts() == 0 && skills.contexts_without_skill() > 0) {
    return Invalid("hone eval: none of the " + std::to_string(skills.contexts_without_skill()) +
                   " contexts has a skill in every folder; folders are named by context, or their "
                   "SKILL.md says context_id");
  }
  if (!loaded.ok()) return loaded.error();
  if (skills.contexts_without_skill() > 0) {
    Report(Tone::kPlain, std::to_string(skills.contexts_without_skill()) +
                             " contexts have no skill in every folder and are left out");
  }
  HONE_TRY(OpenModels(&workbench->models(), {}, &*loaded));
  RunArguments run;
  run.experiment = arguments.experiment;
  run.json = arguments.json;
  const auto print = [&](const std::string& hash) -> Status {
    HONE_ASSIGN(const auto database, OpenResults(global.db));
    HONE_ASSIGN(Json rates, PassRates(*database, hash));
    HONE_ASSIGN(const ResultTable table, MakeResultTable(*database, hash, {}));
    const Json scores = HardAndSoft(table);
    if (arguments.json) {
      rates.Set("scores", scores);
      PrintJson(rates);
    } else if (scores.size() > 0) {
      PrintText(RenderHardAndSoft(table));
    } else {
      PrintText(RenderPassRates(rates));
    }
    Report(Tone::kPlain, "hone table " + loaded->experiment.name +
                             " --by category: the same with intervals and paired tests");
    return {};
  };
  return RunLoaded(global, run, workbench.get(), &*loaded, print);
}

}  // namespace hone
