#include "engine/experiment.h"

#include <algorithm>

#include "base/text.h"
#include "engine/experiment_field.h"
#include "engine/file_values.h"
#include "engine/override.h"
#include "engine/read_arms.h"
#include "engine/table_spec.h"
#include "engine/value_sets.h"

namespace hone {
namespace {

// `replicates = 3` is `seeds = { 1, 2, 3 }`.
Result<std::vector<std::string>> CountSeeds(const std::string& file, const Json& value,
                                            const Json& replicates) {
  constexpr int64_t kMost = 10'000;
  if (!value.is_null()) return FieldError(file, "replicates", "give either seeds or replicates");
  if (!replicates.is_int() || replicates.AsInt() < 1 || replicates.AsInt() > kMost) {
    return FieldError(file, "replicates", "expected a whole number from 1 to 10000");
  }
  std::vector<std::string> seeds;
  for (int64_t i = 1; i <= replicates.AsInt(); ++i) seeds.push_back(std::to_string(i));
  return seeds;
}

Result<std::vector<std::string>> ReadSeeds(const std::string& file, const Json& value,
                                           const Json& replicates) {
  if (!replicates.is_null()) return CountSeeds(file, value, replicates);
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

Status ReadOnInterruption(const Json& value, const std::string& file, Experiment* out) {
  if (value.is_null() || value.AsString() == "suspend") return Ok{};
  if (value.AsString() != "record") {
    return FieldError(file, "on_interruption",
                      "expected 'suspend' or 'record', got " + OneLine(value.Dump(), 60));
  }
  out->records_interruptions = true;
  return Ok{};
}

// What a sweep of its own leaves of an experiment: the arm that search.arm names, else the first
// that runs base's recipe; no table, whose rows are gone.
void KeepVariedArm(Json* value) {
  value->Set("name", Json((*value)["name"].AsString() + "_sweep"));
  value->Erase("table");
  // Without values to try it is the recipe's own sweep.
  const bool has_search = !(*value)["sweep"].is_null() || !(*value)["search"].is_null();
  if (!has_search) value->Set("search", Json::MakeObject());
  const Json& wanted = (*value)["search"]["arm"];
  const Json* kept = nullptr;
  for (const Json& arm : (*value)["arms"].items()) {
    const Json& recipe = arm["settings"]["recipe"];
    const bool runs_base = recipe.is_null() || recipe == (*value)["base"]["recipe"];
    const bool is_varied =
        wanted.is_null() ? runs_base && !arm["settings"].Has("skills_from") : wanted == arm["name"];
    if (kept == nullptr && is_varied) kept = &arm;
  }
  if (kept == nullptr) return;
  Json arm = *kept;
  Json settings = arm["settings"];
  settings.Erase("baseline");
  arm.Set("settings", std::move(settings));
  value->Set("arms", Json::MakeArray({std::move(arm)}));
}

}  // namespace

const std::vector<std::string>& ExperimentFields() {
  static const std::vector<std::string> fields = {
      "name",    "doc",    "data",     "models", "seeds",  "replicates", "base",
      "arms",    "matrix", "evaluate", "table",  "budget", "epoch",      "on_interruption",
      "prompts", "sweep",  "search",   "where"};
  return fields;
}

Result<Experiment> ReadExperiment(Json value, const std::string& file,
                                  const std::vector<std::string>& overrides, bool is_sweep,
                                  const std::function<Result<Json>(Json)>& rewrite) {
  std::vector<Override> changes;
  for (const std::string& text : overrides) {
    HONE_ASSIGN(Override change, ParseOverride(text));
    changes.push_back(std::move(change));
  }
  HONE_ASSIGN(changes, ApplyValueSets(file, ExperimentFields(), changes, &value));
  if (rewrite) {
    HONE_ASSIGN(value, rewrite(std::move(value)));
  }
  for (const Override& change : changes) {
    HONE_TRY(ApplyOverride(change, ExperimentFields(), &value));
    if (change.path[0] == "seeds") value.Erase("replicates");
    if (change.path[0] == "replicates") value.Erase("seeds");
  }
  HONE_TRY(ReadFileValues(file, &value));
  if (is_sweep) KeepVariedArm(&value);
  Experiment out;
  out.file = file;
  HONE_TRY(CheckFields(file, "", value, ExperimentFields()));
  out.name = value["name"].AsString();
  if (out.name.empty()) return FieldError(file, "name", "missing: every experiment has a name");
  HONE_TRY(ReadData(value["data"], &out));
  HONE_ASSIGN(out.seeds, ReadSeeds(file, value["seeds"], value["replicates"]));
  out.table_baseline = value["table"]["baseline"].AsString();
  out.table_reference = TableReferenceFile(value["table"]);
  HONE_TRY(ReadEvaluate(value["evaluate"], &out));
  HONE_ASSIGN(out.budget, ReadBudget(file, value["budget"]));
  out.epoch = value["epoch"].AsString();
  HONE_TRY(ReadOnInterruption(value["on_interruption"], file, &out));
  HONE_TRY(ReadArms(value, &out));
  HONE_ASSIGN(out.search, ReadSearch(file, value));
  HONE_TRY(CheckTable(file, value["table"], NamesForRows(value, out)));
  // The budget is a limit of a session, not part of what is compared: raising it continues the run.
  value.Erase("budget");
  out.values = std::move(value);
  return out;
}

}  // namespace hone
