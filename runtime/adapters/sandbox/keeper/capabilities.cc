#include "adapters/sandbox/keeper/capabilities.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace hone {

bool KeepContainerCapabilities() {
  uint64_t kept = 0;
  for (const NamedCapability& one : kContainerCapabilities) {
    kept |= uint64_t{1} << static_cast<unsigned>(one.number);
  }
  for (int i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; ++i) {
    const bool stays = (kept >> static_cast<unsigned>(i) & 1U) != 0;
    if (!stays && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0) return false;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  for (unsigned half = 0; half < 2; ++half) {
    const auto bits = static_cast<uint32_t>(kept >> (32U * half));
    data[half] = {bits, bits, 0};
  }
  return syscall(SYS_capset, &header, data) == 0;
}

}  // namespace hone
