// Value sets: named alternatives to what an experiment says, chosen by one word of a command line.
//
//   sets = { models = { offline = { models = ..., evaluate = ..., data = "texts" } },
//            data   = { texts = { data = data.documents { path = "notes" } } } }
//
// `models=offline` puts the fields of that set in the place of the experiment's own, each as a
// whole. A field that is a text and has sets of its own (data above) chooses one of these, unless
// the command line says something about that field itself: `models=offline data.path=...` keeps the
// experiment's own data. Sets that are not chosen leave no trace in the experiment's values.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/override.h"

namespace hone {

// Takes the sets out of an experiment's value: those that `changes` choose are put in. The other
// changes are returned, to be applied after them. Errors name the field and the nearest set.
Result<std::vector<Override>> ApplyValueSets(const std::string& file,
                                             const std::vector<std::string>& top_fields,
                                             const std::vector<Override>& changes, Json* value);

}  // namespace hone
