// The lock itself, without Lua: raw system calls in forked children of this program.
#include "script/sandbox.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace hone {
namespace {

// Runs `body` in a locked child; the wait status.
template <typename Body>
int RunLocked(const Body& body) {
  const pid_t pid = fork();
  if (pid == 0) {
    const Result<std::vector<std::string>> locked = LockProcess();
    if (!locked.ok()) _exit(99);
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

struct Attempt {
  const char* name;
  long number;
  long a, b, c, d;
};

const char kPath[] = "/etc/passwd";
const long kPathArgument = static_cast<long>(reinterpret_cast<intptr_t>(kPath));

const Attempt kForbidden[] = {
#ifdef SYS_open
    {"open", SYS_open, kPathArgument, 0, 0, 0},
#endif
    {"openat", SYS_openat, AT_FDCWD, kPathArgument, 0, 0},
    {"openat2", SYS_openat2, AT_FDCWD, kPathArgument, 0, 0},
    {"creat by name", SYS_mknodat, AT_FDCWD, kPathArgument, 0, 0},
    {"unlink", SYS_unlinkat, AT_FDCWD, kPathArgument, 0, 0},
    {"rename", SYS_renameat2, AT_FDCWD, kPathArgument, AT_FDCWD, kPathArgument},
    {"stat", SYS_statx, AT_FDCWD, kPathArgument, 0, 0},
    {"readlink", SYS_readlinkat, AT_FDCWD, kPathArgument, 0, 0},
    {"chdir", SYS_chdir, kPathArgument, 0, 0, 0},
    {"socket", SYS_socket, AF_INET, SOCK_STREAM, 0, 0},
    {"socketpair", SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0},
    {"connect", SYS_connect, 3, 0, 0, 0},
    {"sendmsg", SYS_sendmsg, 3, 0, 0, 0},
    {"recvmsg", SYS_recvmsg, 3, 0, 0, 0},
    {"execve", SYS_execve, kPathArgument, 0, 0, 0},
    {"execveat", SYS_execveat, AT_FDCWD, kPathArgument, 0, 0},
#ifdef SYS_fork
    {"fork", SYS_fork, 0, 0, 0, 0},
    {"vfork", SYS_vfork, 0, 0, 0, 0},
#endif
    {"clone", SYS_clone, SIGCHLD, 0, 0, 0},
    {"clone3", SYS_clone3, 0, 0, 0, 0},
    {"ptrace", SYS_ptrace, 0, 0, 0, 0},
    {"process_vm_readv", SYS_process_vm_readv, 1, 0, 0, 0},
    {"kill", SYS_kill, 1, 0, 0, 0},
    {"tgkill", SYS_tgkill, 1, 1, 0, 0},
    {"pidfd_open", SYS_pidfd_open, 1, 0, 0, 0},
    {"getpid", SYS_getpid, 0, 0, 0, 0},
    {"uname", SYS_uname, 0, 0, 0, 0},
    {"clock_gettime", SYS_clock_gettime, 0, 0, 0, 0},
    {"getrandom", SYS_getrandom, 0, 0, 0, 0},
    {"nanosleep", SYS_nanosleep, 0, 0, 0, 0},
    {"ioctl", SYS_ioctl, 3, 0, 0, 0},
    {"dup", SYS_dup, 3, 0, 0, 0},
    {"pipe", SYS_pipe2, 0, 0, 0, 0},
    {"mprotect", SYS_mprotect, 0, 4096, PROT_EXEC, 0},
    {"memfd_create", SYS_memfd_create, kPathArgument, 0, 0, 0},
    {"prctl", SYS_prctl, 0, 0, 0, 0},
    {"seccomp", SYS_seccomp, 0, 0, 0, 0},
    {"setrlimit", SYS_prlimit64, 0, 0, 0, 0},
    {"unshare", SYS_unshare, 0, 0, 0, 0},
    {"setns", SYS_setns, 0, 0, 0, 0},
    {"mount", SYS_mount, 0, 0, 0, 0},
    {"bpf", SYS_bpf, 0, 0, 0, 0},
    {"keyctl", SYS_keyctl, 0, 0, 0, 0},
    {"io_uring_setup", SYS_io_uring_setup, 1, 0, 0, 0},
    {"userfaultfd", SYS_userfaultfd, 0, 0, 0, 0},
    {"no such call", 100000, 0, 0, 0, 0},
};

BOOST_AUTO_TEST_CASE(forbidden_system_calls_kill) {
  for (const Attempt& one : kForbidden) {
    const int status = RunLocked([&] { syscall(one.number, one.a, one.b, one.c, one.d); });
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(WIFSIGNALED(status));
      BOOST_TEST(WTERMSIG(status) == SIGSYS);
    }
  }
}

BOOST_AUTO_TEST_CASE(executable_memory_is_refused_and_plain_memory_is_not) {
  const auto map = [](int protection) {
    return RunLocked([=] {
      void* memory = mmap(nullptr, 1 << 20, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) _exit(1);
      munmap(memory, 1 << 20);
    });
  };
  BOOST_TEST(map(PROT_READ | PROT_WRITE) == 0);
  const int status = map(PROT_READ | PROT_EXEC);
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(WTERMSIG(status) == SIGSYS);
}

#if defined(__x86_64__)
BOOST_AUTO_TEST_CASE(another_calling_convention_is_no_way_round) {
  // getpid as x32: the same number with bit 30 set.
  const int status = RunLocked([] { syscall(SYS_getpid | 0x40000000L); });
  BOOST_TEST(WIFSIGNALED(status));
}
#endif

BOOST_AUTO_TEST_CASE(what_is_needed_still_works) {
  int pipes[2] = {-1, -1};
  BOOST_REQUIRE(pipe(pipes) == 0);
  const int status = RunLocked([&] {
    std::string text(1 << 20, 'x');  // memory
    text.resize(1 << 22);
    if (write(pipes[1], "ok", 2) != 2) _exit(1);
    char buffer[2];
    if (read(pipes[0], buffer, 2) != 2) _exit(2);
    try {
      throw 1;  // unwinding needs no system call either
    } catch (int) {
    }
  });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(descriptors_but_the_socket_and_stderr_are_closed) {
  const pid_t pid = fork();
  if (pid == 0) {
    for (const int fd : {3, 5, 9}) dup2(2, fd);
    if (!CloseOtherDescriptors(5).ok()) _exit(1);
    for (int fd = 0; fd < 64; ++fd) {
      const bool open = fcntl(fd, F_GETFD) != -1 || errno != EBADF;
      if (open != (fd == 2 || fd == 5)) _exit(10 + fd);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  BOOST_TEST(status == 0);
}

}  // namespace
}  // namespace hone
