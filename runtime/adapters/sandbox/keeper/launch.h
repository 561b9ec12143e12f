// Launch: from a plain child of hone to bwrap over a mounted overlay.
#pragma once

namespace hone {

// Waits for hone's kLaunch on kKeeperSocketFd, enters the namespaces, mounts, and becomes bwrap.
// Returns only when that failed: why is on stderr then.
int Launch();

}  // namespace hone
