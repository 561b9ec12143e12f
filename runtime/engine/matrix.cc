#include "engine/matrix.h"

#include <algorithm>

#include "base/text.h"
#include "engine/experiment_field.h"

namespace hone {
namespace {

struct Side {
  std::string name;
  Json settings;
};

// [{name, settings}], names distinct; one nameless side when there is no list.
Result<std::vector<Side>> ReadSide(const std::string& file, const std::string& path,
                                   const Json& list) {
  std::vector<Side> out;
  if (list.is_null()) return std::vector<Side>{{"", Json()}};
  if (!list.is_array() || list.size() == 0) {
    return FieldError(file, path, "expected a list such as { { \"Name\", key = value } }");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = path + "[" + std::to_string(i + 1) + "]";
    const std::string& name = list.items()[i]["name"].AsString();
    if (name.empty()) return FieldError(file, place, "the first entry is its name");
    for (const Side& other : out) {
      if (other.name == name) return FieldError(file, place, "a second one named '" + name + "'");
    }
    out.push_back({name, list.items()[i]["settings"]});
  }
  return out;
}

std::vector<std::string> NamesOf(const std::vector<MatrixPlace>& places,
                                 std::string MatrixPlace::*side) {
  std::vector<std::string> out;
  for (const MatrixPlace& place : places) {
    const std::string& name = place.*side;
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

Result<bool> Has(const std::string& file, const std::string& path, const Json& wanted,
                 const std::string& own, const std::vector<std::string>& known) {
  if (wanted.is_null()) return true;
  const Json list = wanted.is_array() ? wanted : Json::MakeArray({wanted});
  bool found = false;
  for (const Json& name : list.items()) {
    if (std::find(known.begin(), known.end(), name.AsString()) == known.end()) {
      return FieldError(
          file, path,
          "the matrix has no '" + name.AsString() + "'" + NameHint(name.AsString(), known));
    }
    found = found || name.AsString() == own;
  }
  return found;
}

}  // namespace

std::string MatrixPlace::NameOf(const std::string& arm) const {
  if (model.empty() && slice.empty()) return arm;
  return model + (model.empty() || slice.empty() ? "" : ", ") + slice + ": " + arm;
}

Json MatrixPlace::LabelsOf(const std::string& arm) const {
  Json out = Json::MakeObject();
  if (!model.empty()) out.Set("model", Json(model));
  if (!slice.empty()) out.Set("slice", Json(slice));
  out.Set("arm", Json(arm));
  return out;
}

Result<std::vector<MatrixPlace>> ReadMatrix(const std::string& file, const Json& matrix,
                                            const RoleModels& models) {
  HONE_TRY(CheckFields(file, "matrix", matrix, {"models", "slices"}));
  if (!matrix.is_null() && matrix.size() == 0) {
    return FieldError(file, "matrix", "names neither models nor slices");
  }
  HONE_ASSIGN(const auto model_sides, ReadSide(file, "matrix.models", matrix["models"]));
  HONE_ASSIGN(const auto slice_sides, ReadSide(file, "matrix.slices", matrix["slices"]));
  std::vector<MatrixPlace> out;
  for (std::size_t i = 0; i < model_sides.size(); ++i) {
    const std::string path = "matrix.models[" + std::to_string(i + 1) + "]";
    HONE_ASSIGN(const RoleModels own, ReadModels(file, path, model_sides[i].settings, models));
    for (const Side& slice : slice_sides) {
      MatrixPlace place{model_sides[i].name, slice.name, own, slice.settings};
      if (place.filter.size() == 0) place.filter = Json();
      out.push_back(std::move(place));
    }
  }
  return out;
}

Result<bool> IsOnlyIn(const std::string& file, const std::string& path, const Json& only,
                      const MatrixPlace& place, const std::vector<MatrixPlace>& places) {
  if (only.is_null()) return true;
  HONE_TRY(CheckFields(file, path, only, {"model", "slice"}));
  HONE_ASSIGN(const bool model, Has(file, path + ".model", only["model"], place.model,
                                    NamesOf(places, &MatrixPlace::model)));
  HONE_ASSIGN(const bool slice, Has(file, path + ".slice", only["slice"], place.slice,
                                    NamesOf(places, &MatrixPlace::slice)));
  return model && slice;
}

}  // namespace hone
