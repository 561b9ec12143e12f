#include "engine/load_program.h"

#include <filesystem>

#include "base/text.h"
#include "engine/parameters.h"

namespace hone {
namespace {

std::vector<std::string> Strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list.items()) out.push_back(item.AsString());
  return out;
}

}  // namespace

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

ProgramLoader::ProgramLoader(ScriptHost* host, const SourceTree* sources,
                             const std::string& experiment_file, const Json& values)
    : host_(host), sources_(sources), file_(experiment_file), values_(values) {}

Result<Json> ProgramLoader::AskAbout(const std::string& file, FrameType type, const Json& job) {
  Result<Json> reply = host_->Ask(type, job);
  if (reply.ok()) return reply;
  const std::string& message = reply.error().message;
  const bool has_place = message.substr(0, message.find('\n')).find(".lua") != std::string::npos;
  return has_place ? reply.error() : reply.error().With(file);
}

std::string ProgramLoader::FileOf(const std::string& module) const {
  const auto found = sources_->modules().find(module);
  return found == sources_->modules().end() ? module : found->second.file;
}

std::vector<std::string> ProgramLoader::NamesUnder(const std::string& prefix) const {
  std::vector<std::string> names;
  for (const auto& [name, source] : sources_->modules()) {
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  }
  return names;
}

Result<Program> ProgramLoader::Describe(const std::string& module, const std::string& kind) {
  if (descriptions_.count(module) == 0) {
    HONE_ASSIGN(Json described, AskAbout(FileOf(module), FrameType::kDescribe,
                                         Json::MakeObject({{"program", Json(module)}})));
    descriptions_[module] = std::move(described);
  }
  Program program;
  program.module = module;
  program.description = descriptions_[module];
  const std::string& is = program.description["kind"].AsString();
  if (is != kind) {
    const std::string article = is == "evaluator" || is == "experiment" ? "an " : "a ";
    return Invalid(FileOf(module) + " returns " + article + is + ", not a" +
                   (kind == "evaluator" ? "n " : " ") + kind);
  }
  program.hash = sources_->HashOfModules(Strings(program.description["modules"]));
  return program;
}

Result<Program> ProgramLoader::LoadRecipe(const ArmSpec& arm) {
  const std::string module = "recipes." + arm.recipe;
  if (!sources_->HasModule(module)) {
    return Fail(ErrorCode::kNotFound, file_ + ": arm '" + arm.name + "': no recipe '" + arm.recipe +
                                          "'" + NameHint(arm.recipe, sources_->RecipeNames()));
  }
  HONE_ASSIGN(Program program, Describe(module, "recipe"));
  HONE_TRY(CheckPresets(program.description, FileOf(module)));
  program.preset = SettingsFor(arm, program, arm.settings)["preset"].AsString();
  HONE_ASSIGN(program.params,
              Parameters(arm, program, arm.settings, file_ + ": arm '" + arm.name + "'"));
  HONE_TRY(LoadPrompts(arm, &program));
  HONE_TRY(LoadSeeds(arm, &program));
  return program;
}

// The files that a workspace begins with are part of the program: other files, other units.
Status ProgramLoader::LoadSeeds(const ArmSpec& arm, Program* program) const {
  for (const Json& param : program->description["params"].items()) {
    if (param["type"].AsString() != "workspace") continue;
    const std::string& seed = program->params[param["name"].AsString()].AsString();
    if (seed.empty()) continue;
    Result<std::vector<FolderFile>> files = sources_->SeedWorkspace(seed);
    if (!files.ok()) {
      return files.error().With(file_ + ": arm '" + arm.name + "'." + param["name"].AsString());
    }
    Sha256 sha;
    sha.Field(program->hash.View());
    for (const FolderFile& file : *files) {
      sha.Field(file.path);
      sha.Field(file.bytes);
    }
    program->hash = sha.Finish();
    program->seeds[seed] = std::move(*files);
  }
  return Ok{};
}

Result<Json> ProgramLoader::Parameters(const ArmSpec& arm, const Program& recipe,
                                       const Json& settings, const std::string& where) const {
  const Json chosen = SettingsFor(arm, recipe, settings);
  HONE_ASSIGN(const Json filled, ApplyPreset(recipe.description, chosen, where));
  return ResolveParameters(recipe.description["params"], filled, where);
}

// A setting of `base` is for the arms that know it; one that no arm knows is an error of the arm
// that runs base's own recipe.
Json ProgramLoader::SettingsFor(const ArmSpec& arm, const Program& program,
                                const Json& settings) const {
  if (arm.recipe == values_["base"]["recipe"].AsString()) return settings;
  Json out = settings;
  for (const std::string& name : arm.inherited) {
    bool known = name == "preset" && program.description["presets"].Has(out[name].AsString());
    for (const Json& param : program.description["params"].items()) {
      known = known || param["name"].AsString() == name;
    }
    if (!known) out.Erase(name);
  }
  return out;
}

// Prompts by name: those of the base recipe, then of the recipe itself, then what the recipe, the
// experiment or the arm put in their place.
Status ProgramLoader::LoadPrompts(const ArmSpec& arm, Program* program) {
  std::vector<std::string> owners;
  for (std::string name = arm.recipe; !name.empty();) {
    owners.insert(owners.begin(), name);
    HONE_ASSIGN(const Program owner, Describe("recipes." + name, "recipe"));
    name = owner.description["base"].AsString();
  }
  for (const std::string& owner : owners) {
    HONE_ASSIGN(auto prompts, sources_->PromptsOf(owner));
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

Status ProgramLoader::ReplacePrompt(const std::string& name, const std::string& file,
                                    Program* program) const {
  std::vector<std::string> known;
  for (const auto& [prompt, source] : program->prompts) known.push_back(prompt);
  if (program->prompts.count(name) == 0) {
    return Invalid(file_ + ": prompts." + name + ": " + program->module + " has no such prompt" +
                   NameHint(name, known));
  }
  HONE_ASSIGN(std::string text, ReadSourceFile(FolderOf(file_) + "/" + file));
  program->prompts[name] = SourceFile{file, std::move(text)};
  return Ok{};
}

void ProgramLoader::SetBound(const Item& item, LoadedArm* arm) {
  const Program& program = *arm->program;
  if (!program.description["has_bound"].AsBool()) return;
  const Json job = Json::MakeObject(
      {{"program", Json(program.module)},
       {"params", program.params},
       {"unit", Json::MakeObject({{"context_bytes", Json(static_cast<int64_t>(item.context_bytes))},
                                  {"fields", item.fields}})}});
  const Result<Json> reply = host_->Ask(FrameType::kBound, job);
  if (!reply.ok()) return;
  arm->bound = (*reply)["calls"].AsInt();
  arm->bound_parts = (*reply)["parts"];
}

Result<Program> ProgramLoader::LoadEvaluator(const EvaluateSpec& evaluate) {
  const std::string module = "hone.evaluate." + evaluate.with;
  if (!sources_->HasModule(module)) {
    return Fail(ErrorCode::kNotFound, file_ + ": evaluate.with: no evaluator '" + evaluate.with +
                                          "'" +
                                          NameHint(evaluate.with, NamesUnder("hone.evaluate.")));
  }
  HONE_ASSIGN(Program program, Describe(module, "evaluator"));
  HONE_ASSIGN(program.params, ResolveParameters(program.description["params"], evaluate.params,
                                                file_ + ": evaluate"));
  return program;
}

}  // namespace hone
