// The effect "container.snapshot": the present file system as an image for container.open.
//
// Verification takes a container's image for what was there before the solver: recipes snapshot
// what they made themselves, never what a solver has had in its hands.
#pragma once

#include <memory>

#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

void RunContainerSnapshot(const std::shared_ptr<ContainerBox>& box, EffectDone done);

}  // namespace hone
