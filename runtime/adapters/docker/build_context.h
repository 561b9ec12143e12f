// BuildContext: a folder of the host as the tar that a build wants. Sorted, with times and owners
// of nobody, so that the same folder gives the same bytes and the daemon's own cache holds.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

// Regular files, folders and symlinks (as they are, never followed). kInvalidArgument for other
// things in it, for a folder without Dockerfile, and beyond 1 GiB.
Result<std::string> TarOfBuildContext(const std::string& folder);

}  // namespace hone
