// A list of what is refused, on top of namespaces and dropped capabilities: interfaces that have
// been ways out of containers, that are not namespaced, or that only a machine's owner needs.
// Everything else is allowed, because tasks run ordinary programs. A system call of another
// architecture ends the process.
#include "adapters/sandbox/refused_calls.h"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>

namespace hone {
namespace {

constexpr int kRefused[] = {
    SCMP_SYS(add_key), SCMP_SYS(keyctl), SCMP_SYS(request_key),
    // programs in the kernel, and looking into it
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(lookup_dcookie),
    SCMP_SYS(syslog), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    // mounts and namespaces
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(move_mount),
    SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr), SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(fanotify_init), SCMP_SYS(quotactl),
    // other processes' memory
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(process_madvise), SCMP_SYS(move_pages), SCMP_SYS(migrate_pages),
    SCMP_SYS(mbind), SCMP_SYS(set_mempolicy),
    // the machine
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(vhangup), SCMP_SYS(nfsservctl), SCMP_SYS(uselib), SCMP_SYS(ustat), SCMP_SYS(sysfs),
    SCMP_SYS(modify_ldt)};

constexpr uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                    CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;
// unix, inet, inet6 and netlink stay; vsock, for one, reaches the host of a virtual machine.
constexpr uint64_t kHighestFamily = 64;
constexpr uint64_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

bool IsAllowedFamily(uint64_t family) {
  for (const uint64_t allowed : kFamilies) {
    if (family == allowed) return true;
  }
  return false;
}

}  // namespace

int AddRefusedCalls(void* filter) {
  const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
  int trouble = 0;
  for (const int call : kRefused) {
    const int added = seccomp_rule_add(filter, refuse, call, 0);
    // A call that this architecture does not have needs no rule.
    if (added != 0 && added != -EDOM) trouble = added;
  }
  const auto keep = [&trouble](int added) {
    if (added != 0) trouble = added;
  };
  for (uint64_t flag = 1; flag <= kNewNamespaces; flag <<= 1U) {
    if ((kNewNamespaces & flag) == 0) continue;
    keep(seccomp_rule_add(filter, refuse, SCMP_SYS(clone), 1,
                          SCMP_A0_64(SCMP_CMP_MASKED_EQ, flag, flag)));
  }
  // Its flags are in memory, where a filter cannot look: programs fall back to clone.
  keep(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
  for (uint64_t family = 0; family < kHighestFamily; ++family) {
    if (IsAllowedFamily(family)) continue;
    keep(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                          SCMP_A0_64(SCMP_CMP_EQ, family)));
  }
  keep(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                        SCMP_A0_64(SCMP_CMP_GE, kHighestFamily)));
  // Typing into a terminal that somebody else reads.
  for (const uint64_t request : {uint64_t{TIOCSTI}, uint64_t{TIOCLINUX}}) {
    keep(seccomp_rule_add(filter, refuse, SCMP_SYS(ioctl), 1,
                          SCMP_A1_64(SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, request)));
  }
  return trouble;
}

}  // namespace hone
