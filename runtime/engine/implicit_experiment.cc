#include "engine/implicit_experiment.h"

#include <filesystem>

#include "base/text.h"
#include "data/row_reader.h"
#include "data/text_file.h"
#include "data/yaml_reader.h"
#include "engine/describe_recipe.h"
#include "engine/load_program.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 4U << 20U;
constexpr const char* kDocuments = "documents";

std::vector<std::string> Strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list.items()) out.push_back(item.AsString());
  return out;
}

bool IsJsonLines(const std::string& path) {
  return path.ends_with(".jsonl") || path.ends_with(".jsonl.gz");
}

// As the reader of the mapper will find it: paths of an experiment start at its folder.
Result<Json> FirstRow(const std::string& path) {
  const Json spec = Json::MakeObject({{"kind", Json("jsonl")},
                                      {"path", Json(path)},
                                      {"places", Json(true)},
                                      {"max_rows", Json(1)}});
  HONE_ASSIGN(const auto reader, OpenReader(spec, "."));
  HONE_ASSIGN(const std::optional<Json> row, reader->Next());
  if (row) return (*row)["row"];
  if (reader->bad_rows().size() > 0) return reader->bad_rows().ToError("no row before it is one");
  return Invalid(path + ": holds no row");
}

}  // namespace

std::string RecipeArgument(const std::string& file) {
  if (std::string name = RecipeNameOf(file); !name.empty()) return name;
  const fs::path path = fs::path(file).lexically_normal();
  const fs::path folder = path.filename().empty() ? path.parent_path() : path;
  const bool is_beside_recipes = folder.parent_path().filename() == "recipes";
  return is_beside_recipes && !folder.has_extension() ? folder.filename().string() : "";
}

Result<std::unique_ptr<ImplicitExperiments>> ImplicitExperiments::Open(
    EventLoop* loop, ScriptProcessSpawner* spawner, const std::string& home,
    const std::string& project) {
  HONE_ASSIGN(SourceTree sources, SourceTree::Read(home, project));
  ScriptHost::Options options;
  options.modules = sources.ModulesForStart();
  std::unique_ptr<ImplicitExperiments> out(
      new ImplicitExperiments(loop, spawner, std::move(sources), std::move(options)));
  HONE_TRY(out->host_.Start());
  return out;
}

Result<ImplicitExperiment> ImplicitExperiments::OfRecipe(const std::string& recipe,
                                                         const std::string& config_file) {
  if (!sources_.HasModule("recipes." + recipe)) {
    return Fail(ErrorCode::kNotFound,
                "no recipe '" + recipe + "'" + NameHint(recipe, sources_.RecipeNames()));
  }
  ImplicitExperiment out;
  out.file = config_file.empty() ? recipe : config_file;
  out.values = Json::MakeObject(
      {{"name", Json(recipe)}, {"base", Json::MakeObject({{"recipe", Json(recipe)}})}});
  if (!config_file.empty()) HONE_TRY(Apply(recipe, config_file, &out));
  return out;
}

Status ImplicitExperiments::Apply(const std::string& recipe, const std::string& config_file,
                                  ImplicitExperiment* out) {
  HONE_ASSIGN(const TextFile text, ReadTextFile(config_file, kMaxConfigBytes));
  HONE_ASSIGN(const Json values, ParseYaml(text.text, config_file));
  HONE_ASSIGN(
      const Json read,
      host_.Ask(FrameType::kReadConfig,
                Json::MakeObject({{"program", Json("recipes." + recipe)}, {"values", values}})));
  Json base = out->values["base"];
  for (const auto& [name, value] : read["params"].members()) base.Set(name, value);
  for (const auto& [name, path] : read["files"].members()) {
    const std::string file = (fs::path(FolderOf(config_file)) / path.AsString()).string();
    HONE_ASSIGN(const TextFile content, ReadTextFile(file, kMaxConfigBytes));
    base.Set(name, Json(Trim(content.text)));
  }
  out->values.Set("base", std::move(base));
  for (const auto& [name, value] : read["experiment"].members()) out->values.Set(name, value);
  out->notes = Strings(read["notes"]);
  out->unknown = Strings(read["unknown"]);
  return Ok{};
}

Result<Json> ImplicitExperiments::DataAt(const std::string& path) {
  const auto data = [&path](const std::string& mapper) {
    return Json::MakeObject(
        {{"mapper", Json(mapper)}, {"params", Json::MakeObject({{"path", Json(path)}})}});
  };
  if (!IsJsonLines(path)) return data(kDocuments);
  HONE_ASSIGN(const Json row, FirstRow(path));
  std::string best;
  std::size_t most = 0;
  std::vector<std::string> shapes;
  constexpr std::string_view kPrefix = "hone.data.";
  for (const auto& [module, source] : sources_.modules()) {
    if (!module.starts_with(kPrefix)) continue;
    HONE_ASSIGN(const Json described,
                host_.Ask(FrameType::kDescribe, Json::MakeObject({{"program", Json(module)}})));
    const Json& shape = described["shape"];
    if (shape.size() == 0) continue;
    const std::string name = module.substr(kPrefix.size());
    shapes.push_back(name + " {" + Join(Strings(shape), ", ") + "}");
    bool fits = true;
    for (const Json& field : shape.items()) fits = fits && row.Has(field.AsString());
    if (!fits || shape.size() <= most) continue;
    best = name;
    most = shape.size();
  }
  if (!best.empty()) return data(best);
  return Invalid(path + ": no mapper knows rows of this shape; there are " + Join(shapes, "; ") +
                 ", or a mapper of your own in an experiment file");
}

}  // namespace hone
