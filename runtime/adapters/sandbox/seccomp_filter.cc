#include "adapters/sandbox/seccomp_filter.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "adapters/sandbox/refused_calls.h"
#include "adapters/sandbox/tree_entry.h"

namespace hone {
namespace {

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

}  // namespace

Result<OwnedFd> MakeSeccompFilter() {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_ALLOW));
  OwnedFd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!filter || file.get() < 0) return SystemFailure("seccomp filter", errno);
  int trouble = AddRefusedCalls(filter.get());
  if (trouble == 0) trouble = seccomp_export_bpf(filter.get(), file.get());
  if (trouble != 0) return SystemFailure("seccomp filter", -trouble);
  if (lseek(file.get(), 0, SEEK_SET) != 0) return SystemFailure("seccomp filter", errno);
  return file;
}

}  // namespace hone
