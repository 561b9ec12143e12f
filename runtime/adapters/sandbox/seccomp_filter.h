// SeccompFilter: what no process in a container may ask of the kernel.
#pragma once

#include "adapters/child_start.h"
#include "base/result.h"

namespace hone {

// The filter as a BPF program in a file, as bwrap --seccomp takes it.
Result<OwnedFd> MakeSeccompFilter();

}  // namespace hone
