// The effect "search.query" as a group of a unit's journal: a question is asked once, and every
// later execution gets the same answer.
#pragma once

#include <memory>

#include "engine/effect_group.h"
#include "engine/facilities.h"

namespace hone {

// What `facilities` names outlives the group.
std::unique_ptr<EffectGroup> MakeSearchEffects(const Facilities& facilities);

}  // namespace hone
