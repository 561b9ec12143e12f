#include "engine/read_arms.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/experiment_field.h"
#include "engine/matrix.h"

namespace hone {
namespace {

const std::vector<std::string> kArmFields = {"recipe",      "models",    "prompts",     "baseline",
                                             "skills_from", "skill_map", "independent", "only"};

using PromptFiles = std::map<std::string, std::string>;

// An arm with what it says about other arms, before these are known.
struct Draft {
  ArmSpec spec;
  std::string path;  // "arms[3]"
  Json baseline, skills_from;
  const MatrixPlace* place;
};

class ArmReader {
 public:
  ArmReader(const Json& value, Experiment* out) : value_(value), out_(out) {}

  Status Read() {
    RoleModels models;
    HONE_ASSIGN(models, ReadModels(out_->file, "models", value_["models"], models));
    HONE_ASSIGN(models, ReadModels(out_->file, "base.models", value_["base"]["models"], models));
    HONE_ASSIGN(prompts_, ReadPrompts(out_->file, "prompts", value_["prompts"], prompts_));
    HONE_ASSIGN(prompts_,
                ReadPrompts(out_->file, "base.prompts", value_["base"]["prompts"], prompts_));
    HONE_ASSIGN(places_, ReadMatrix(out_->file, value_["matrix"], models));
    Json arms = value_["arms"];
    if (arms.is_null()) {
      arms = Json::MakeArray({Json::MakeObject(
          {{"name", value_["base"]["recipe"]}, {"settings", Json::MakeObject()}})});
    }
    for (const MatrixPlace& place : places_) {
      for (std::size_t i = 0; i < arms.size(); ++i) {
        const std::string path = "arms[" + std::to_string(i + 1) + "]";
        HONE_ASSIGN(const bool is_here,
                    IsOnlyIn(out_->file, path + ".only", arms.items()[i]["settings"]["only"], place,
                             places_));
        if (!is_here) continue;
        HONE_TRY(ReadArm(path, arms.items()[i], place));
      }
    }
    if (drafts_.empty()) return FieldError(out_->file, "arms", "there is none");
    for (Draft& draft : drafts_) {
      HONE_TRY(Link(&draft));
    }
    for (Draft& draft : drafts_) out_->arms.push_back(std::move(draft.spec));
    return CheckCycles();
  }

 private:
  Status ReadArm(const std::string& path, const Json& arm, const MatrixPlace& place) {
    const std::string& file = out_->file;
    const std::string& own_name = arm["name"].AsString();
    if (own_name.empty()) return FieldError(file, path, "an arm's first entry is its name");
    const Json& settings = arm["settings"];
    ArmSpec spec;
    spec.name = place.NameOf(own_name);
    spec.labels = place.LabelsOf(own_name);
    spec.slice = place.filter;
    Json merged = value_["base"].is_null() ? Json::MakeObject() : value_["base"];
    for (const auto& [key, value] : merged.members()) {
      HONE_TRY(RefuseHost(file, "base." + key, key));
      if (!settings.Has(key)) spec.inherited.push_back(key);
    }
    for (const auto& [key, value] : settings.members()) {
      HONE_TRY(RefuseHost(file, path + "." + key, key));
      if (key != "models" && key != "prompts") merged.Set(key, value);
    }
    HONE_ASSIGN(spec.models, ReadModels(file, path + ".models", settings["models"], place.models));
    HONE_ASSIGN(spec.prompts, ReadPrompts(file, path + ".prompts", settings["prompts"], prompts_));
    spec.recipe = merged["recipe"].AsString();
    spec.skill_map = merged["skill_map"].is_null() ? "own" : merged["skill_map"].AsString();
    spec.independent = merged["independent"].AsBool();
    const std::vector<std::string> maps = {"own", "another_unit", "unrelated_text"};
    if (std::find(maps.begin(), maps.end(), spec.skill_map) == maps.end()) {
      return FieldError(file, path + ".skill_map", "unknown" + NameHint(spec.skill_map, maps));
    }
    Draft draft{{}, path, merged["baseline"], merged["skills_from"], &place};
    if (draft.baseline.is_null()) draft.baseline = Json(out_->table_baseline);
    if (spec.recipe.empty() && draft.skills_from.is_null()) {
      return FieldError(file, path, "names no recipe, and base has none");
    }
    if (spec.models.count("default") == 0) {
      return FieldError(file, "models.default", "missing: the model of every role not named");
    }
    for (const std::string& field : kArmFields) merged.Erase(field);
    spec.settings = std::move(merged);
    if (!names_.insert(spec.name).second) {
      return FieldError(file, path, "a second arm named '" + spec.name + "'");
    }
    draft.spec = std::move(spec);
    drafts_.push_back(std::move(draft));
    return Ok{};
  }

  Status Link(Draft* draft) {
    HONE_ASSIGN(draft->spec.baseline, NameOf(*draft, "baseline", draft->baseline));
    HONE_ASSIGN(draft->spec.skills_from, NameOf(*draft, "skills_from", draft->skills_from));
    if (draft->spec.baseline == draft->spec.name) draft->spec.baseline.clear();
    return Ok{};
  }

  // The full name of the arm that `reference` means, "" for none.
  Result<std::string> NameOf(const Draft& draft, const std::string& field, const Json& reference) {
    if (reference.is_null()) return std::string();
    if (reference.is_string()) {
      const std::string& name = reference.AsString();
      if (name.empty()) return std::string();
      if (const std::string here = draft.place->NameOf(name); names_.count(here) != 0) return here;
      if (names_.count(name) != 0) return name;
      return NotThere(draft, name);
    }
    const std::string path = draft.path + "." + field;
    if (!reference.is_object()) {
      return FieldError(out_->file, path,
                        "expected the name of an arm, or { arm = \"name\", model = \"name\" }");
    }
    HONE_TRY(CheckFields(out_->file, path, reference, {"arm", "model", "slice"}));
    MatrixPlace place;
    place.model = reference.Has("model") ? reference["model"].AsString() : draft.place->model;
    place.slice = reference.Has("slice") ? reference["slice"].AsString() : draft.place->slice;
    if (reference["arm"].AsString().empty()) {
      return FieldError(out_->file, path + ".arm", "missing: the name of an arm");
    }
    const std::string name = place.NameOf(reference["arm"].AsString());
    if (names_.count(name) == 0) return NotThere(draft, name);
    return name;
  }

  Error NotThere(const Draft& draft, const std::string& name) const {
    std::vector<std::string> known;
    for (const Draft& other : drafts_) {  // the short names of its own place first
      if (other.place == draft.place) known.push_back(other.spec.labels["arm"].AsString());
    }
    for (const std::string& full : names_) {
      if (std::find(known.begin(), known.end(), full) == known.end()) known.push_back(full);
    }
    return FieldError(out_->file, "arms",
                      "'" + draft.spec.name + "' refers to the arm '" + name +
                          "', which is not there" + NameHint(name, known));
  }

  // A skill comes from an arm that runs a recipe, in the end.
  Status CheckCycles() const {
    for (const ArmSpec& start : out_->arms) {
      const ArmSpec* at = &start;
      for (std::size_t steps = 0; !at->skills_from.empty(); ++steps) {
        if (steps > out_->arms.size()) {
          return FieldError(out_->file, "arms",
                            "'" + start.name + "' takes its skills from itself in the end");
        }
        at = &*std::find_if(out_->arms.begin(), out_->arms.end(),
                            [&](const ArmSpec& arm) { return arm.name == at->skills_from; });
      }
    }
    return Ok{};
  }

  const Json& value_;
  Experiment* out_;
  PromptFiles prompts_;
  std::vector<MatrixPlace> places_;
  std::vector<Draft> drafts_;
  std::set<std::string> names_;
};

}  // namespace

Status ReadArms(const Json& value, Experiment* out) { return ArmReader(value, out).Read(); }

}  // namespace hone
