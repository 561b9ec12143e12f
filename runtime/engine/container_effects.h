// ContainerEffects: the containers of one unit, from their opening to their end (decisions/0015).
//
// A container is made when its first unrecorded command needs it. What was answered from the record
// before is executed first, in its order; a result that differs from its record is told to
// `on_divergence`, and the command at hand never ends. A container belongs to the path that opened
// it, so its commands come one at a time. Loop's thread only; shared, because answers of the engine
// outlive a unit that was stopped.
#pragma once

#include <functional>
#include <memory>

#include "data/asset.h"
#include "engine/effect_desk.h"
#include "engine/effect_group.h"

namespace hone {

using OnEffectDivergence = std::function<void(const EffectDivergence&)>;

// The desk outlives what is made here; null where nothing is ever executed.
std::unique_ptr<EffectGroup> MakeContainerEffects(EffectDesk* desk, const AssetMap* assets,
                                                  OnEffectDivergence on_divergence);

}  // namespace hone
