// The effects on a container that is there, by their kind.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "data/asset.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"

namespace hone {

// "container.exec", "container.put", ...: everything but open, close and time_left.
bool IsContainerCommand(const std::string& kind);
// Whether what comes after depends on it: it is executed again when a container is built again.
bool ChangesContainer(const std::string& kind);

// REQUIRES: IsContainerCommand(kind), a box that was made.
void RunContainerCommand(const std::string& kind, const std::shared_ptr<ContainerBox>& box,
                         const Json& args, const AssetMap& assets, EffectDone done);

}  // namespace hone
