// The allow-list is that of LEDGER.md 11, found by running: everything else that libc, libcrypto or
// RE2 do after start-up is memory and locks.
#include "script/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace hone {
namespace {

constexpr rlim_t kAddressSpaceBytes = 64ULL << 30U;  // a last wall: each state has its own cap

Error SystemError(const char* what) {
  return Fail(ErrorCode::kUnavailable, std::string(what) + ": " + std::strerror(errno));
}

Status SetLimit(__rlimit_resource resource, rlim_t value, const char* what) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return SystemError(what);
  limit.rlim_cur = std::min(limit.rlim_max, value);
  limit.rlim_max = limit.rlim_cur;
  if (setrlimit(resource, &limit) != 0) return SystemError(what);
  return {};
}

struct FreeFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

Status LoadFilter() {
  const std::unique_ptr<void, FreeFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (filter == nullptr) return Fail(ErrorCode::kUnavailable, "seccomp_init failed");
  int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  for (const int call : {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(munmap),
                         SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(exit),
                         SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn)}) {
    failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  // Memory, but none that can be executed.
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (failed != 0) return Fail(ErrorCode::kUnavailable, "the system-call filter cannot be built");
  const int loaded = seccomp_load(filter.get());
  if (loaded != 0) {
    return Fail(ErrorCode::kUnavailable,
                std::string("the system-call filter cannot be loaded: ") + std::strerror(-loaded));
  }
  return {};
}

}  // namespace

Status CloseOtherDescriptors(int keep) {
  if (keep < 3) return Invalid("the socket's descriptor must be above 2");
  // Standard input and output are gone; nothing of ours may ever land on their numbers.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  if (keep > 3 && close_range(3, static_cast<unsigned>(keep) - 1, 0) != 0)
    return SystemError("close_range");
  if (close_range(static_cast<unsigned>(keep) + 1, ~0U, 0) != 0) return SystemError("close_range");
  return {};
}

Result<std::vector<std::string>> LockProcess() {
  HONE_TRY(SetLimit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  HONE_TRY(SetLimit(RLIMIT_NPROC, 0, "RLIMIT_NPROC"));
  HONE_TRY(SetLimit(RLIMIT_NOFILE, 4, "RLIMIT_NOFILE"));
  HONE_TRY(SetLimit(RLIMIT_AS, kAddressSpaceBytes, "RLIMIT_AS"));
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return SystemError("PR_SET_DUMPABLE");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return SystemError("PR_SET_NO_NEW_PRIVS");
  HONE_TRY(LoadFilter());
  return std::vector<std::string>{"seccomp", "no_new_privs", "rlimits"};
}

}  // namespace hone
