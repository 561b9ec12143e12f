#include "engine/implicit_experiment.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "data/row_reader.h"
#include "data/text_file.h"
#include "data/yaml_reader.h"
#include "engine/describe_recipe.h"
#include "engine/experiment.h"
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

// Whether an override speaks to the system that the recipe stands for: its key is neither a field
// of an experiment nor a parameter of the recipe.
bool IsOfConfiguration(const std::string& text, const Json& described) {
  const std::string key = text.substr(0, text.find('='));
  const std::string first = key.substr(0, key.find('.'));
  const std::vector<std::string>& fields = ExperimentFields();
  if (key == "preset" || std::find(fields.begin(), fields.end(), first) != fields.end()) {
    return false;
  }
  for (const Json& param : described["params"].items()) {
    if (param["name"].AsString() == key) return false;
  }
  return true;
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

Result<ImplicitExperiment> ImplicitExperiments::OfRecipe(const RecipeRequest& request) {
  const std::string& recipe = request.recipe;
  const std::string module = "recipes." + recipe;
  if (!sources_.HasModule(module)) {
    return Fail(ErrorCode::kNotFound,
                "no recipe '" + recipe + "'" + NameHint(recipe, sources_.RecipeNames()));
  }
  ImplicitExperiment out;
  out.file = recipe;
  out.values = Json::MakeObject(
      {{"name", Json(recipe)}, {"base", Json::MakeObject({{"recipe", Json(recipe)}})}});
  HONE_ASSIGN(const Json described,
              host_.Ask(FrameType::kDescribe, Json::MakeObject({{"program", Json(module)}})));
  std::vector<std::string> given = request.options;
  for (const std::string& text : request.overrides) {
    const bool is_its_own = described["has_config"].AsBool() && IsOfConfiguration(text, described);
    (is_its_own ? given : out.overrides).push_back(text);
  }
  if (request.config.empty() && given.empty()) return out;
  HONE_ASSIGN(const Json read, Configure(module, request, given));
  HONE_TRY(Apply(request, read, &out));
  return out;
}

Result<Json> ImplicitExperiments::Configure(const std::string& module, const RecipeRequest& request,
                                            const std::vector<std::string>& given) {
  constexpr std::size_t kMostLayers = 16;
  Json overrides = Json::MakeArray();
  for (const std::string& text : given) overrides.Append(Json(text));
  Json layers = Json::MakeArray();
  std::vector<fs::path> files;
  fs::path next = request.config;
  while (true) {
    if (!next.empty()) {
      next = next.lexically_normal();
      if (std::find(files.begin(), files.end(), next) != files.end()) {
        return Invalid(files.back().string() + ": builds on " + next.string() +
                       ", which builds on it (a circle)");
      }
      if (files.size() == kMostLayers) {
        return Invalid(request.config + ": builds on more than " + std::to_string(kMostLayers) +
                       " files, one on the other");
      }
      HONE_ASSIGN(const TextFile text, ReadTextFile(next.string(), kMaxConfigBytes));
      HONE_ASSIGN(Json values, ParseYaml(text.text, next.string()));
      if (values.is_null()) values = Json::MakeObject();
      files.push_back(next);
      layers.Append(
          Json::MakeObject({{"file", Json(next.string())}, {"values", std::move(values)}}));
    }
    Json job = Json::MakeObject({{"program", Json(module)}});
    job.Set("values", layers.size() == 0 ? Json::MakeObject() : layers.items()[0]["values"]);
    job.Set("given", Json::MakeObject({{"layers", layers}, {"overrides", overrides}}));
    HONE_ASSIGN(Json read, host_.Ask(FrameType::kReadConfig, job));
    const std::string& needs = read["needs"].AsString();
    if (needs.empty()) return read;
    if (files.empty() || fs::path(needs).is_absolute()) {
      return Invalid((files.empty() ? module : files.back().string()) + ": asks for '" +
                     OneLine(needs, 120) + "': only a path relative to a file that is read");
    }
    next = files.back().parent_path() / needs;
  }
}

Status ImplicitExperiments::Apply(const RecipeRequest& request, const Json& read,
                                  ImplicitExperiment* out) {
  const std::string where = request.config.empty() ? request.recipe : request.config;
  if (read["errors"].size() > 0) return Invalid(where + ": " + Join(Strings(read["errors"]), "; "));
  const bool beside_file = read["paths"].AsString() != "folder";
  if (!request.config.empty() && beside_file) out->file = request.config;
  Json base = out->values["base"];
  for (const auto& [name, value] : read["params"].members()) base.Set(name, value);
  for (const auto& [name, path] : read["files"].members()) {
    const fs::path file = fs::path(FolderOf(out->file)) / path.AsString();
    HONE_ASSIGN(const TextFile content,
                ReadTextFile(file.lexically_normal().string(), kMaxConfigBytes));
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
