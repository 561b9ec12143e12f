#include "adapters/sandbox/id_range.h"

#include <unistd.h>

#include <fstream>

namespace hone {
namespace {

constexpr uint32_t kFirstId = 0x70010000;  // above what distributions and systemd give out
constexpr uint32_t kIds = 65536;

}  // namespace

IdRange IdRange::OfThisProcess() {
  if (geteuid() != 0) return {};
  // Root of a user namespace of its own may not have the range.
  std::ifstream map("/proc/self/uid_map");
  uint64_t inside = 0, outside = 0, n = 0;
  while (map >> inside >> outside >> n) {
    if (inside <= kFirstId && kFirstId + uint64_t{kIds} <= inside + n) return {kFirstId, kIds};
  }
  return {};
}

}  // namespace hone
