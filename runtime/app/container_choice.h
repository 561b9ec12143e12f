// ChooseContainers: which container back end is meant, and where its things are.
//
// $HONE_CONTAINERS (a back end's name) and $HONE_IMAGES come before the configuration, like every
// variable. A .env of the working folder may name neither socket nor folder.
#pragma once

#include "adapters/container_engines.h"
#include "app/environment.h"
#include "app/installation.h"
#include "app/user_config.h"
#include "base/result.h"

namespace hone {

// Fails for a back end that does not exist, and when no folder for images can be named.
Result<ContainerEngineOptions> ChooseContainers(const ContainersConfig& config,
                                                const Environment& environment,
                                                const Installation& installation);

}  // namespace hone
