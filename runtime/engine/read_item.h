// ReadItem: what a data mapper returned for one item, cut into what the recipe may see and what
// only the evaluator may see.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "engine/loaded_experiment.h"

namespace hone {

// `unit` is one of kDataUnits (wire/effects.h). Tasks of the split "report" go to Item::Report, all
// others into Item::Input; those of the split "select" stand in Item::Select as well. Fails on an
// item without id or context.
Result<Item> ReadItem(const Json& unit, const std::shared_ptr<ItemShelf>& shelf);

}  // namespace hone
