// Serve: the keeper, process 1 of a container.
//
// Starts commands and copies for hone, reaps what is left behind, watches the disk. It cannot be
// killed or traced from inside, and when hone is gone it ends, and everything in the container with
// it.
#pragma once

#include "adapters/sandbox/keeper/command.h"

namespace hone {

[[noreturn]] void Serve(const CommandLimits& limits);

}  // namespace hone
