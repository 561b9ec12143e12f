// Loads an experiment: the file is run in hone-script, its programs are described there, its data
// is mapped there; everything is checked here.
#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "engine/arm_pattern.h"
#include "engine/load_items.h"
#include "engine/load_program.h"
#include "engine/load_search.h"
#include "engine/loaded_experiment.h"
#include "engine/role_check.h"

namespace hone {
namespace {

constexpr std::size_t kMostNeighbourBytes = 256U << 10U;

class Loader {
 public:
  Loader(ModelSource* models, const LoadOptions& options, LoadedExperiment* out)
      : models_(models), options_(options), out_(out) {}

  // The experiment's own values; all else needs a host that knows the mapper they may name.
  Status LoadValues(ScriptHost* host) {
    if (!options_.values.is_null()) return Read(options_.values);
    const Result<std::string> source = ReadSourceFile(options_.experiment_file);
    if (!source.ok()) return WithNearbyFile(source.error());
    out_->source = SourceFile{options_.experiment_file, *source};
    out_->overrides = options_.overrides;
    Json job =
        Json::MakeObject({{"file", Json(options_.experiment_file)}, {"source", Json(*source)}});
    job.Set("overrides", Json::MakeArray());
    ProgramLoader programs(host, &out_->sources, options_.experiment_file, out_->experiment.values);
    HONE_ASSIGN(const Json reply,
                programs.AskAbout(options_.experiment_file, FrameType::kLoadExperiment, job));
    return Read(reply["value"]);
  }

  Status LoadPrograms(ScriptHost* host) {
    ProgramLoader programs(host, &out_->sources, options_.experiment_file, out_->experiment.values);
    HONE_TRY(LoadArms(&programs));
    if (out_->experiment.evaluate.enabled()) {
      HONE_ASSIGN(out_->evaluator, programs.LoadEvaluator(out_->experiment.evaluate));
    }
    HONE_ASSIGN(out_->judge_prompt_file, out_->sources.LibraryFile("prompts/judge.md"));
    HONE_ASSIGN(PromptTemplate judge,
                PromptTemplate::Parse(out_->judge_prompt_file.text, out_->judge_prompt_file.file));
    out_->judge_prompt = std::make_shared<const PromptTemplate>(std::move(judge));
    HONE_TRY(LoadReference());
    HONE_TRY(ItemLoader(&programs, options_, out_).Load());
    SetBounds(&programs);
    return Identify();
  }

 private:
  Status Read(Json values) {
    HONE_ASSIGN(out_->experiment,
                ReadExperiment(std::move(values), options_.experiment_file, options_.overrides,
                               options_.is_sweep, options_.rewrite));
    return Ok{};
  }

  // A misspelt experiment: the nearest one of its folder.
  Error WithNearbyFile(const Error& error) const {
    namespace fs = std::filesystem;
    if (error.code != ErrorCode::kNotFound) return error;
    std::vector<std::string> there;
    std::error_code ignored;
    const std::string folder = FolderOf(options_.experiment_file);
    for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
      if (at->path().extension() == ".lua") there.push_back(at->path().filename().string());
    }
    std::sort(there.begin(), there.end());
    const std::string name = fs::path(options_.experiment_file).filename().string();
    return Fail(error.code, error.message + NameHint(name, there));
  }

  Status LoadArms(ProgramLoader* programs) {
    std::vector<std::string> names;
    for (const ArmSpec& arm : out_->experiment.arms) names.push_back(arm.name);
    HONE_TRY(CheckArmPatterns(options_.only_arms, names));
    for (const ArmSpec& arm : out_->experiment.arms) {
      HONE_TRY(LoadArm(programs, arm));
    }
    HONE_TRY(CheckBaseSettings());
    if (!out_->experiment.search) return Ok{};
    if (!options_.only_arms.empty()) {
      return Invalid("--arm: " + options_.experiment_file +
                     " is a search, which decides itself what runs; set its values instead");
    }
    HONE_ASSIGN(const std::vector<ArmSpec> candidates, LoadSearch(programs, out_));
    for (const ArmSpec& candidate : candidates) {
      out_->search->candidates.push_back(out_->arms.size());
      HONE_TRY(LoadArm(programs, candidate));
    }
    return Ok{};
  }

  Status LoadArm(ProgramLoader* programs, const ArmSpec& spec) {
    LoadedArm arm;
    arm.spec = spec;
    HONE_TRY(DescribeModels(&arm));
    if (spec.skills_from.empty()) {
      HONE_ASSIGN(arm.program, programs->LoadRecipe(spec));
    }
    out_->arms.push_back(std::move(arm));
    return Ok{};
  }

  // A recipe says its bound for the largest item.
  void SetBounds(ProgramLoader* programs) {
    const auto largest = std::max_element(
        out_->items.begin(), out_->items.end(),
        [](const Item& a, const Item& b) { return a.context_bytes < b.context_bytes; });
    const Item item = largest == out_->items.end() ? Item() : *largest;
    for (LoadedArm& arm : out_->arms) {
      if (arm.program) programs->SetBound(item, &arm);
    }
  }

  // What arms ignored one by one must not be ignored by all.
  Status CheckBaseSettings() {
    std::vector<std::string> known;
    for (const LoadedArm& arm : out_->arms) {
      if (!arm.program) continue;
      for (const auto& [name, value] : arm.program->params.members()) known.push_back(name);
      if (!arm.program->preset.empty()) known.push_back("preset");
    }
    for (const LoadedArm& arm : out_->arms) {
      for (const std::string& name : arm.spec.inherited) {
        if (!arm.spec.settings.Has(name)) continue;  // a field of the arm, such as recipe
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        return Invalid(options_.experiment_file + ": base." + name +
                       ": no arm's recipe has this parameter" + NameHint(name, known));
      }
    }
    return Ok{};
  }

  Status DescribeModels(LoadedArm* arm) {
    for (const auto& [role, name] : arm->spec.models) {
      Result<ModelChoice> choice = models_->Describe(name);
      if (!choice.ok()) {
        const Json& common = out_->experiment.values["models"];
        const bool is_common = common[role].AsString() == name || common.AsString() == name;
        return choice.error().With(options_.experiment_file + ": " +
                                   (is_common ? "" : "arm '" + arm->spec.name + "': ") + "models." +
                                   role);
      }
      arm->models[role] = UnitModel{choice->name, *choice};
    }
    const std::string& judge = out_->experiment.evaluate.judge;
    if (!judge.empty()) {
      Result<ModelChoice> choice = models_->Describe(judge);
      if (!choice.ok()) return choice.error().With(options_.experiment_file + ": evaluate.judge");
      out_->evaluate_judge = UnitModel{choice->name, *choice};
    }
    return Ok{};
  }

  Status LoadReference() {
    const std::string& file = out_->experiment.table_reference;
    if (file.empty()) return Ok{};
    Result<std::string> text = ReadSourceFile(FolderOf(options_.experiment_file) + "/" + file);
    if (!text.ok()) {
      return Invalid(options_.experiment_file + ": table.reference: " + text.error().message +
                     " (paths are relative to the experiment's folder)");
    }
    out_->reference = SourceFile{file, std::move(*text)};
    return Ok{};
  }

  Status Identify() {
    Sha256 sha;
    HONE_ASSIGN(const std::string values, out_->experiment.values.Canonical());
    sha.Field("hone-experiment-1");
    sha.Field(values);
    sha.Field(out_->data_hash.View());
    for (const LoadedArm& arm : out_->arms) {
      sha.Field(arm.program ? arm.program->hash.View() : std::string_view());
    }
    sha.Field(out_->evaluator ? out_->evaluator->hash.View() : std::string_view());
    sha.Field(out_->judge_prompt_file.text);
    sha.Field(kSemanticsVersion);
    out_->hash = sha.Finish();
    return Ok{};
  }

  ModelSource* models_;
  const LoadOptions& options_;
  LoadedExperiment* out_;
};

// The files beside an experiment are modules that it may require, "experiment.NAME": values that
// several experiments share. What they say is in the experiment's own values.
void AddNeighbours(const std::string& experiment_file, Json* modules) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const std::string folder = FolderOf(experiment_file);
  for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    if (at->is_symlink(ignored) || at->path().extension() != ".lua") continue;
    const std::string file = folder + "/" + at->path().filename().string();
    const Result<std::string> source = ReadSourceFile(file, kMostNeighbourBytes);
    if (!source.ok()) continue;  // whoever requires it learns that there is no such module
    modules->Append(Json::MakeObject({{"name", Json("experiment." + at->path().stem().string())},
                                      {"file", Json(file)},
                                      {"source", Json(*source)}}));
  }
}

}  // namespace

Result<LoadedExperiment> LoadExperiment(EventLoop* loop, ScriptProcessSpawner* spawner,
                                        ModelSource* models, const LoadOptions& options) {
  LoadedExperiment out;
  HONE_ASSIGN(out.sources, SourceTree::Read(options.home, options.project));
  ScriptHost::Options host_options;
  host_options.modules = out.sources.ModulesForStart();
  host_options.cpu_limit_ms = options.cpu_limit_ms;
  host_options.memory_bytes = options.memory_bytes;
  std::optional<ScriptHost> host;
  if (options.values.is_null()) AddNeighbours(options.experiment_file, &host_options.modules);
  host.emplace(loop, spawner, host_options, ScriptHost::Events{});
  HONE_TRY(host->Start());
  Loader loader(models, options, &out);
  HONE_TRY(loader.LoadValues(&*host));
  if (const std::string& mapper = out.experiment.mapper_file; !mapper.empty()) {
    const Status added = out.sources.AddModule(ItemLoader::kUserMapper,
                                               FolderOf(options.experiment_file) + "/" + mapper);
    if (!added.ok()) return added.error().With(options.experiment_file + ": data.file");
    host_options.modules = out.sources.ModulesForStart();
    host.emplace(loop, spawner, host_options, ScriptHost::Events{});
    HONE_TRY(host->Start());
  }
  HONE_TRY(loader.LoadPrograms(&*host));
  HONE_TRY(CheckRoles(out));
  return out;
}

bool UsesCapability(const LoadedExperiment& loaded, const std::string& name) {
  const auto uses = [&name](const std::optional<Program>& program) {
    if (!program) return false;
    const Json::Array& names = program->description["uses"].items();
    return std::find(names.begin(), names.end(), Json(name)) != names.end();
  };
  return uses(loaded.evaluator) ||
         std::any_of(loaded.arms.begin(), loaded.arms.end(),
                     [&](const LoadedArm& arm) { return uses(arm.program); });
}

}  // namespace hone
