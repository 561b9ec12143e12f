#include "engine/experiment.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/override.h"
#include "engine/table_spec.h"

namespace hone {
namespace {

const std::vector<std::string> kTopFields = {"name",  "doc",    "data",  "models",
                                             "seeds", "base",   "arms",  "evaluate",
                                             "table", "budget", "epoch", "prompts"};
const std::vector<std::string> kArmFields = {"recipe",      "models",    "prompts",    "baseline",
                                             "skills_from", "skill_map", "independent"};

Error FieldError(const std::string& file, const std::string& path, const std::string& text) {
  return Invalid(file + ": " + path + ": " + text);
}

Status RefuseHost(const std::string& file, const std::string& place, const std::string& key) {
  if (key != "endpoints" && key != "base_url" && key != "key_env") return Ok{};
  return Fail(ErrorCode::kRefused,
              file + ": " + place +
                  ": an experiment may not say which key goes to which host; put endpoints into "
                  "your own configuration file or use --endpoint NAME=URL,KEY_ENV");
}

Status CheckFields(const std::string& file, const std::string& path, const Json& object,
                   const std::vector<std::string>& known) {
  for (const auto& [key, value] : object.members()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string place = path.empty() ? key : path + "." + key;
    HONE_TRY(RefuseHost(file, place, key));
    return FieldError(file, place, "unknown field" + NameHint(key, known));
  }
  return Ok{};
}

Result<RoleModels> ReadModels(const std::string& file, const std::string& path, const Json& value,
                              RoleModels base) {
  if (value.is_null()) return base;
  if (value.is_string()) {
    base["default"] = value.AsString();
    return base;
  }
  if (!value.is_object()) {
    return FieldError(
        file, path,
        "expected a table of role = \"provider/model\", got " + std::string(value.type_name()));
  }
  for (const auto& [role, model] : value.members()) {
    const std::string place = path + "." + role;
    if (!model.is_string()) {
      return FieldError(file, place,
                        "expected \"provider/model\", got " + std::string(model.type_name()));
    }
    if (model.AsString().find("://") != std::string::npos) {
      return Fail(
          ErrorCode::kRefused,
          file + ": " + place +
              ": a model names an endpoint, not a host: define the endpoint in your own "
              "configuration (or --endpoint NAME=URL,KEY_ENV) and write provider/model@NAME");
    }
    base[role] = model.AsString();
  }
  return base;
}

Result<std::map<std::string, std::string>> ReadPrompts(const std::string& file,
                                                       const std::string& path, const Json& value,
                                                       std::map<std::string, std::string> base) {
  for (const auto& [name, source] : value.members()) {
    if (!source.is_string()) return FieldError(file, path + "." + name, "expected a file name");
    base[name] = source.AsString();
  }
  return base;
}

Result<std::vector<std::string>> ReadSeeds(const std::string& file, const Json& value) {
  std::vector<std::string> seeds;
  if (value.is_null()) return std::vector<std::string>{"1"};
  if (!value.is_array() || value.size() == 0) {
    return FieldError(file, "seeds", "expected a list of replicate labels, such as { 1, 2, 3 }");
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Json& seed = value.items()[i];
    const std::string place = "seeds[" + std::to_string(i + 1) + "]";
    if (!seed.is_int() && !seed.is_string()) {
      return FieldError(file, place, "expected a whole number or a text");
    }
    std::string label = seed.is_int() ? std::to_string(seed.AsInt()) : seed.AsString();
    if (std::find(seeds.begin(), seeds.end(), label) != seeds.end()) {
      return FieldError(file, place, "the replicate " + label + " is listed twice");
    }
    seeds.push_back(std::move(label));
  }
  return seeds;
}

Status ReadData(const Json& data, Experiment* out) {
  if (!data.is_object()) {
    return FieldError(out->file, "data",
                      "missing: say where the items come from, for instance "
                      "data.documents { path = \"folder\" }");
  }
  HONE_TRY(CheckFields(out->file, "data", data, {"mapper", "file", "params"}));
  out->mapper_file = data["file"].AsString();
  if (!data["mapper"].AsString().empty()) out->mapper = "hone.data." + data["mapper"].AsString();
  if (out->mapper.empty() && out->mapper_file.empty()) {
    return FieldError(out->file, "data", "names no mapper");
  }
  out->data_params = data["params"].is_null() ? Json::MakeObject() : data["params"];
  return Ok{};
}

Result<ArmSpec> ReadArm(const Experiment& experiment, const std::string& place, const Json& arm,
                        const Json& base, const RoleModels& models,
                        const std::map<std::string, std::string>& prompts) {
  const std::string& file = experiment.file;
  ArmSpec spec;
  spec.name = arm["name"].AsString();
  if (spec.name.empty()) return FieldError(file, place, "an arm's first entry is its name");
  Json merged = base.is_null() ? Json::MakeObject() : base;
  for (const auto& [key, value] : merged.members()) {
    HONE_TRY(RefuseHost(file, "base." + key, key));
    if (!arm["settings"].Has(key)) spec.inherited.push_back(key);
  }
  for (const auto& [key, value] : arm["settings"].members()) {
    HONE_TRY(RefuseHost(file, place + "." + key, key));
    if (key == "models" || key == "prompts") continue;
    merged.Set(key, value);
  }
  spec.models = models;
  HONE_ASSIGN(spec.models, ReadModels(file, "base.models", base["models"], spec.models));
  HONE_ASSIGN(spec.models,
              ReadModels(file, place + ".models", arm["settings"]["models"], spec.models));
  spec.prompts = prompts;
  HONE_ASSIGN(spec.prompts,
              ReadPrompts(file, place + ".prompts", arm["settings"]["prompts"], spec.prompts));
  spec.recipe = merged["recipe"].AsString();
  spec.skills_from = merged["skills_from"].AsString();
  spec.skill_map = merged["skill_map"].is_null() ? "own" : merged["skill_map"].AsString();
  spec.independent = merged["independent"].AsBool();
  spec.baseline =
      merged["baseline"].is_null() ? experiment.table_baseline : merged["baseline"].AsString();
  if (spec.baseline == spec.name) spec.baseline.clear();
  const std::vector<std::string> maps = {"own", "another_unit", "unrelated_text"};
  if (std::find(maps.begin(), maps.end(), spec.skill_map) == maps.end()) {
    return FieldError(file, place + ".skill_map", "unknown" + NameHint(spec.skill_map, maps));
  }
  if (spec.recipe.empty() && spec.skills_from.empty()) {
    return FieldError(file, place, "names no recipe, and base has none");
  }
  if (spec.models.count("default") == 0) {
    return FieldError(file, "models.default", "missing: the model of every role not named");
  }
  for (const std::string& field : kArmFields) merged.Erase(field);
  spec.settings = std::move(merged);
  return spec;
}

Status ReadArms(const Json& value, Experiment* out) {
  RoleModels models;
  HONE_ASSIGN(models, ReadModels(out->file, "models", value["models"], models));
  std::map<std::string, std::string> prompts;
  HONE_ASSIGN(prompts, ReadPrompts(out->file, "prompts", value["prompts"], prompts));
  HONE_ASSIGN(prompts, ReadPrompts(out->file, "base.prompts", value["base"]["prompts"], prompts));
  Json arms = value["arms"];
  if (arms.is_null()) {
    arms = Json::MakeArray(
        {Json::MakeObject({{"name", value["base"]["recipe"]}, {"settings", Json::MakeObject()}})});
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::string place = "arms[" + std::to_string(i + 1) + "]";
    HONE_ASSIGN(ArmSpec arm, ReadArm(*out, place, arms.items()[i], value["base"], models, prompts));
    if (!names.insert(arm.name).second) {
      return FieldError(out->file, place, "a second arm named '" + arm.name + "'");
    }
    out->arms.push_back(std::move(arm));
  }
  const std::vector<std::string> all(names.begin(), names.end());
  for (const ArmSpec& arm : out->arms) {
    for (const std::string& other : {arm.baseline, arm.skills_from}) {
      if (!other.empty() && names.count(other) == 0) {
        return FieldError(out->file, "arms",
                          "'" + arm.name + "' refers to the arm '" + other +
                              "', which is not there" + NameHint(other, all));
      }
    }
  }
  return Ok{};
}

Status ReadEvaluate(const Json& evaluate, Experiment* out) {
  for (const auto& [key, value] : evaluate.members()) {
    if (key == "with") {
      out->evaluate.with = value.AsString();
    } else if (key == "judge") {
      out->evaluate.judge = value.AsString();
    } else if (key == "by") {
      out->evaluate.by = value.AsString();
    } else {
      out->evaluate.params.Set(key, value);
    }
  }
  if (out->evaluate.judge.find("://") != std::string::npos) {
    return Fail(ErrorCode::kRefused,
                out->file + ": evaluate.judge: a model names an endpoint, not a host");
  }
  if (evaluate.is_object() && out->evaluate.with.empty()) {
    return FieldError(out->file, "evaluate.with",
                      "missing: name an evaluator, such as \"rubrics\"");
  }
  return Ok{};
}

// An arm of a matrix is meant by its own name, too.
std::vector<std::string> NamesForRows(const Json& value, const Experiment& experiment) {
  std::vector<std::string> names;
  for (const ArmSpec& arm : experiment.arms) names.push_back(arm.name);
  for (const Json& arm : value["arms"].items()) {
    const std::string& name = arm["name"].AsString();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

Result<Experiment> ReadExperiment(Json value, const std::string& file,
                                  const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    HONE_ASSIGN(const Override change, ParseOverride(text));
    HONE_TRY(ApplyOverride(change, kTopFields, &value));
  }
  Experiment out;
  out.file = file;
  HONE_TRY(CheckFields(file, "", value, kTopFields));
  out.name = value["name"].AsString();
  if (out.name.empty()) return FieldError(file, "name", "missing: every experiment has a name");
  HONE_TRY(ReadData(value["data"], &out));
  HONE_ASSIGN(out.seeds, ReadSeeds(file, value["seeds"]));
  out.table_baseline = value["table"]["baseline"].AsString();
  out.table_reference = TableReferenceFile(value["table"]);
  HONE_TRY(ReadEvaluate(value["evaluate"], &out));
  HONE_TRY(CheckFields(file, "budget", value["budget"], {"usd", "calls"}));
  if (value["budget"].Has("usd")) {
    if (!value["budget"]["usd"].is_number() || value["budget"]["usd"].AsDouble() < 0) {
      return FieldError(file, "budget.usd", "expected a number of dollars, at least 0");
    }
    out.budget = PicoUsd::FromUsd(value["budget"]["usd"].AsDouble());
  }
  if (value["budget"].Has("calls")) out.budget_calls = value["budget"]["calls"].AsInt();
  out.epoch = value["epoch"].AsString();
  HONE_TRY(ReadArms(value, &out));
  HONE_TRY(CheckTable(file, value["table"], NamesForRows(value, out)));
  // The budget is a limit of a session, not part of what is compared: raising it continues the run.
  value.Erase("budget");
  out.values = std::move(value);
  return out;
}

}  // namespace hone
