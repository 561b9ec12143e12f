// The effect "container.get": a file or folder of a container, as files for the recipe.
#pragma once

#include <memory>

#include "base/json.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

inline constexpr int64_t kDefaultGetBytes = int64_t{16} << 20U;

void RunContainerGet(const std::shared_ptr<ContainerBox>& box, const Json& args, EffectDone done);

}  // namespace hone
