// Loads an experiment: the file is run in hone-script, its programs are described there, its data
// is mapped there; everything is checked here.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "data/row_reader.h"
#include "engine/loaded_experiment.h"
#include "engine/parameters.h"
#include "engine/read_item.h"

namespace hone {
namespace {

constexpr const char* kUserMapper = "user.mapper";  // the module that data.file{...} names

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::vector<std::string> Strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list.items()) out.push_back(item.AsString());
  return out;
}

class Loader {
 public:
  Loader(ScriptHost* host, ModelSource* models, const LoadOptions& options, LoadedExperiment* out)
      : host_(host), models_(models), options_(options), out_(out) {}

  // The experiment's own values; all else needs a host that knows the mapper they may name.
  Status LoadValues() {
    const Result<std::string> source = ReadSourceFile(options_.experiment_file);
    if (!source.ok()) return WithNearbyFile(source.error());
    Json job =
        Json::MakeObject({{"file", Json(options_.experiment_file)}, {"source", Json(*source)}});
    job.Set("overrides", Json::MakeArray());
    HONE_ASSIGN(const Json reply,
                AskAbout(options_.experiment_file, FrameType::kLoadExperiment, job));
    HONE_ASSIGN(out_->experiment,
                ReadExperiment(reply["value"], options_.experiment_file, options_.overrides));
    return Ok{};
  }

  Status LoadPrograms(ScriptHost* host) {
    host_ = host;
    HONE_TRY(LoadArms());
    HONE_TRY(LoadEvaluator());
    HONE_ASSIGN(out_->judge_prompt_file, out_->sources.LibraryFile("prompts/judge.md"));
    HONE_ASSIGN(PromptTemplate judge,
                PromptTemplate::Parse(out_->judge_prompt_file.text, out_->judge_prompt_file.file));
    out_->judge_prompt = std::make_shared<const PromptTemplate>(std::move(judge));
    HONE_TRY(LoadReference());
    HONE_TRY(LoadItems());
    return Identify();
  }

 private:
  // An error that has no place of its own gets that of the file which was asked about.
  Result<Json> AskAbout(const std::string& file, FrameType type, const Json& job) {
    Result<Json> reply = host_->Ask(type, job);
    if (reply.ok()) return reply;
    const std::string& message = reply.error().message;
    const bool has_place = message.substr(0, message.find('\n')).find(".lua") != std::string::npos;
    return has_place ? reply.error() : reply.error().With(file);
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

  std::string FileOf(const std::string& module) const {
    const auto found = out_->sources.modules().find(module);
    return found == out_->sources.modules().end() ? module : found->second.file;
  }

  Status LoadArms() {
    Experiment& experiment = out_->experiment;
    std::vector<std::string> names;
    for (const ArmSpec& arm : experiment.arms) names.push_back(arm.name);
    for (const std::string& wanted : options_.only_arms) {
      if (std::find(names.begin(), names.end(), wanted) == names.end()) {
        return Invalid("--arm " + wanted + ": no such arm" + NameHint(wanted, names));
      }
    }
    for (const ArmSpec& spec : experiment.arms) {
      LoadedArm arm;
      arm.spec = spec;
      HONE_TRY(DescribeModels(&arm));
      if (spec.skills_from.empty()) {
        HONE_ASSIGN(Program program, LoadRecipe(spec));
        SetBound(program, &arm);
        arm.program = std::move(program);
      }
      out_->arms.push_back(std::move(arm));
    }
    return CheckBaseSettings();
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
      arm->models[role] = UnitModel{name, *choice};
    }
    const std::string& judge = out_->experiment.evaluate.judge;
    if (!judge.empty()) {
      Result<ModelChoice> choice = models_->Describe(judge);
      if (!choice.ok()) return choice.error().With(options_.experiment_file + ": evaluate.judge");
      out_->evaluate_judge = UnitModel{judge, *choice};
    }
    return Ok{};
  }

  Result<Program> LoadRecipe(const ArmSpec& arm) {
    const std::string module = "recipes." + arm.recipe;
    if (!out_->sources.HasModule(module)) {
      return Fail(ErrorCode::kNotFound, options_.experiment_file + ": arm '" + arm.name +
                                            "': no recipe '" + arm.recipe + "'" +
                                            NameHint(arm.recipe, out_->sources.RecipeNames()));
    }
    HONE_ASSIGN(Program program, Describe(module, "recipe"));
    const std::string where = options_.experiment_file + ": arm '" + arm.name + "'";
    const Json chosen = SettingsFor(arm, program);
    program.preset = chosen["preset"].AsString();
    HONE_TRY(CheckPresets(program.description, FileOf(module)));
    HONE_ASSIGN(const Json settings, ApplyPreset(program.description, chosen, where));
    HONE_ASSIGN(program.params, ResolveParameters(program.description["params"], settings, where));
    HONE_TRY(LoadPrompts(arm, &program));
    return program;
  }

  // A setting of `base` is for the arms that know it; one that no arm knows is an error of the arm
  // that runs base's own recipe.
  Json SettingsFor(const ArmSpec& arm, const Program& program) {
    if (arm.recipe == out_->experiment.values["base"]["recipe"].AsString()) return arm.settings;
    Json settings = arm.settings;
    for (const std::string& name : arm.inherited) {
      bool known =
          name == "preset" && program.description["presets"].Has(settings[name].AsString());
      for (const Json& param : program.description["params"].items()) {
        known = known || param["name"].AsString() == name;
      }
      if (!known) settings.Erase(name);
    }
    return settings;
  }

  Result<Program> Describe(const std::string& module, const std::string& kind) {
    Program program;
    program.module = module;
    HONE_ASSIGN(program.description, AskAbout(FileOf(module), FrameType::kDescribe,
                                              Json::MakeObject({{"program", Json(module)}})));
    const std::string& is = program.description["kind"].AsString();
    if (is != kind) {
      const std::string article = is == "evaluator" || is == "experiment" ? "an " : "a ";
      return Invalid(FileOf(module) + " returns " + article + is + ", not a" +
                     (kind == "evaluator" ? "n " : " ") + kind);
    }
    program.hash = out_->sources.HashOfModules(Strings(program.description["modules"]));
    return program;
  }

  // Prompts by name: those of the base recipe, then of the recipe itself, then what the recipe, the
  // experiment or the arm put in their place.
  Status LoadPrompts(const ArmSpec& arm, Program* program) {
    std::vector<std::string> owners;
    for (std::string name = arm.recipe; !name.empty();) {
      owners.insert(owners.begin(), name);
      HONE_ASSIGN(Json description,
                  host_->Ask(FrameType::kDescribe,
                             Json::MakeObject({{"program", Json("recipes." + name)}})));
      name = description["base"].AsString();
    }
    for (const std::string& owner : owners) {
      HONE_ASSIGN(auto prompts, out_->sources.PromptsOf(owner));
      for (auto& [name, file] : prompts) program->prompts[name] = std::move(file);
    }
    for (const auto& [name, file] : program->description["prompts"].members()) {
      HONE_TRY(ReplacePrompt(name, file.AsString(), program));
    }
    for (const auto& [name, file] : arm.prompts) HONE_TRY(ReplacePrompt(name, file, program));
    Sha256 sha;
    sha.Field(program->hash.View());
    for (const auto& [name, file] : program->prompts) {
      const Result<PromptTemplate> parsed = PromptTemplate::Parse(file.text, file.file);
      if (!parsed.ok()) return parsed.error();
      sha.Field(name);
      sha.Field(file.text);
    }
    program->hash = sha.Finish();
    return Ok{};
  }

  Status ReplacePrompt(const std::string& name, const std::string& file, Program* program) {
    std::vector<std::string> known;
    for (const auto& [prompt, source] : program->prompts) known.push_back(prompt);
    if (program->prompts.count(name) == 0) {
      return Invalid(options_.experiment_file + ": prompts." + name + ": " + program->module +
                     " has no such prompt" + NameHint(name, known));
    }
    const std::string path = FolderOf(options_.experiment_file) + "/" + file;
    HONE_ASSIGN(std::string text, ReadSourceFile(path));
    program->prompts[name] = SourceFile{file, std::move(text)};
    return Ok{};
  }

  void SetBound(const Program& program, LoadedArm* arm) {
    if (!program.description["has_bound"].AsBool()) return;
    const Json job = Json::MakeObject({{"program", Json(program.module)},
                                       {"params", program.params},
                                       {"unit", Json::MakeObject()}});
    const Result<Json> reply = host_->Ask(FrameType::kBound, job);
    if (!reply.ok()) return;
    arm->bound = (*reply)["calls"].AsInt();
    arm->bound_parts = (*reply)["parts"];
  }

  // Kept with the experiment, so that its table is a function of the database; no part of its hash,
  // because nothing is computed from it.
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

  std::vector<std::string> NamesUnder(const std::string& prefix) const {
    std::vector<std::string> names;
    for (const auto& [name, source] : out_->sources.modules()) {
      if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
    }
    return names;
  }

  Status LoadEvaluator() {
    const EvaluateSpec& evaluate = out_->experiment.evaluate;
    if (!evaluate.enabled()) return Ok{};
    const std::string module = "hone.evaluate." + evaluate.with;
    if (!out_->sources.HasModule(module)) {
      return Fail(ErrorCode::kNotFound,
                  options_.experiment_file + ": evaluate.with: no evaluator '" + evaluate.with +
                      "'" + NameHint(evaluate.with, NamesUnder("hone.evaluate.")));
    }
    HONE_ASSIGN(Program program, Describe(module, "evaluator"));
    HONE_ASSIGN(program.params, ResolveParameters(program.description["params"], evaluate.params,
                                                  options_.experiment_file + ": evaluate"));
    out_->evaluator = std::move(program);
    return Ok{};
  }

  Status LoadItems() {
    const Experiment& experiment = out_->experiment;
    const std::string module = experiment.mapper.empty() ? kUserMapper : experiment.mapper;
    if (!out_->sources.HasModule(module)) {
      const std::string name = module.substr(module.rfind('.') + 1);
      return Fail(ErrorCode::kNotFound, options_.experiment_file + ": data." + name +
                                            ": no such mapper" +
                                            NameHint(name, NamesUnder("hone.data.")));
    }
    HONE_ASSIGN(const Program mapper, Describe(module, "mapper"));
    HONE_ASSIGN(const Json params,
                ResolveParameters(mapper.description["params"], experiment.data_params,
                                  options_.experiment_file + ": data"));
    HONE_ASSIGN(const Json reader,
                AskAbout(FileOf(module), FrameType::kMapData,
                         Json::MakeObject({{"program", Json(module)}, {"params", params}})));
    Json spec = reader["options"].is_object() ? reader["options"] : Json::MakeObject();
    spec.Set("kind", reader["reader"]);
    const Result<std::unique_ptr<RowReader>> rows =
        OpenReader(spec, FolderOf(options_.experiment_file));
    if (!rows.ok()) return DataError(rows.error());
    while (true) {
      Result<std::optional<Json>> row = (*rows)->Next();
      if (!row.ok()) return DataError(row.error());
      if (!*row) break;
      HONE_ASSIGN(const Json reply, AskAbout(FileOf(module), FrameType::kDataRow,
                                             Json::MakeObject({{"row", std::move(**row)}})));
      HONE_TRY(AddItems(reply["units"]));
    }
    HONE_ASSIGN(const Json last, AskAbout(FileOf(module), FrameType::kDataEnd, Json::MakeObject()));
    HONE_TRY(AddItems(last["units"]));
    if (out_->items.empty())
      return Invalid(options_.experiment_file + ": data: no item came out of it");
    Sha256 sha;
    sha.Field(mapper.hash.View());
    for (const Item& item : out_->items) {
      sha.Field(item.input_hash.View());
      for (const Hash& hash : item.report_hashes) sha.Field(hash.View());
    }
    out_->data_hash = sha.Finish();
    return Narrow();
  }

  // Data that cannot be read is for the user to mend, like any other setting: nothing has begun.
  Error DataError(const Error& error) const {
    const bool is_absent = error.code == ErrorCode::kNotFound;
    return Invalid(options_.experiment_file + ": data: " + error.message +
                   (is_absent ? " (paths are relative to the experiment's folder)" : ""));
  }

  Status AddItems(const Json& units) {
    for (const Json& unit : units.items()) {
      HONE_ASSIGN(Item item, ReadItem(unit));
      if (!item_ids_.insert(item.id).second) {
        return Invalid("data: two items have the id '" + item.id + "'");
      }
      out_->items.push_back(std::move(item));
    }
    return Ok{};
  }

  // --only and --limit take a stated subset under the same keys.
  Status Narrow() {
    out_->items_in_data = out_->items.size();
    if (!options_.only_items.empty()) {
      std::vector<std::string> ids;
      for (const Item& item : out_->items) ids.push_back(item.id);
      for (const std::string& wanted : options_.only_items) {
        if (std::find(ids.begin(), ids.end(), wanted) == ids.end()) {
          return Invalid("--only " + wanted + ": no such item" + NameHint(wanted, ids));
        }
      }
      std::erase_if(out_->items, [&](const Item& item) {
        const auto& only = options_.only_items;
        return std::find(only.begin(), only.end(), item.id) == only.end();
      });
    }
    if (options_.limit && static_cast<std::size_t>(*options_.limit) < out_->items.size()) {
      out_->items.resize(static_cast<std::size_t>(*options_.limit));
    }
    if (out_->items.size() < out_->items_in_data) {
      out_->subset = std::to_string(out_->items.size()) + " of " +
                     std::to_string(out_->items_in_data) + " contexts";
    }
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

  ScriptHost* host_;
  ModelSource* models_;
  const LoadOptions& options_;
  LoadedExperiment* out_;
  std::set<std::string> item_ids_;
};

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
  host.emplace(loop, spawner, host_options, ScriptHost::Events{});
  HONE_TRY(host->Start());
  Loader loader(&*host, models, options, &out);
  HONE_TRY(loader.LoadValues());
  if (const std::string& mapper = out.experiment.mapper_file; !mapper.empty()) {
    const Status added =
        out.sources.AddModule(kUserMapper, FolderOf(options.experiment_file) + "/" + mapper);
    if (!added.ok()) return added.error().With(options.experiment_file + ": data.file");
    host_options.modules = out.sources.ModulesForStart();
    host.emplace(loop, spawner, host_options, ScriptHost::Events{});
    HONE_TRY(host->Start());
  }
  HONE_TRY(loader.LoadPrograms(&*host));
  return out;
}

}  // namespace hone
