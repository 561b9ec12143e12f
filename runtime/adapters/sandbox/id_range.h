// IdRange: which users of the host a container's users are.
#pragma once

#include <cstdint>

namespace hone {

// The host's ids of a container's users.
struct IdRange {
  uint32_t first = 0, n = 0;  // n = 0: there is only root, who is the user that runs hone

  // The range of this process.
  static IdRange OfThisProcess();
};

}  // namespace hone
