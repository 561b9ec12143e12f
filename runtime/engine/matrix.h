// Matrix: the arms of an experiment, once for every model and every slice of the data.
//
//   matrix = { models = { { "GPT-4.1", default = "provider/model", judge = "provider/model" }, ...
//   },
//              slices = { { "Rules", category = "Rule System Application" }, ... } }
//
// Order: models, then slices, then arms. A place is named "model", "model, slice" or "slice".
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/experiment.h"

namespace hone {

struct MatrixPlace {
  std::string model, slice;  // "" where the matrix has no such side
  RoleModels models;         // the experiment's, with those of the place on top
  Json filter;               // of items (item_filter.h); null: all

  // "GPT-4.1, Rules: Ctx2Skill"; the arm's own name without a matrix.
  [[nodiscard]] std::string NameOf(const std::string& arm) const;
  // {"model", "slice", "arm"}: the sides that are there.
  [[nodiscard]] Json LabelsOf(const std::string& arm) const;
};

// The places of `matrix` (kExperiment.value), one without names when it is null.
Result<std::vector<MatrixPlace>> ReadMatrix(const std::string& file, const Json& matrix,
                                            const RoleModels& models);

// Whether an arm's `only = { model = name or list, slice = ... }` has this place; null has all.
// The error names a model or slice that the matrix does not have.
Result<bool> IsOnlyIn(const std::string& file, const std::string& path, const Json& only,
                      const MatrixPlace& place, const std::vector<MatrixPlace>& places);

}  // namespace hone
