#include "adapters/child_start.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

namespace hone {
namespace {

Error SystemError(const std::string& what, int code) {
  return Fail(code == ENOENT || code == EACCES ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
              what + ": " + std::strerror(code));
}

// Everything the child needs, made before the fork: after it, nothing may allocate.
struct Plan {
  const char* program = nullptr;
  int null_fd = -1;
  int socket = -1;
  int socket_fd = -1;
  bool inherit_stderr = false;
  pid_t parent = -1;
  sigset_t signals{};
};

void CloseFrom(unsigned first) {
  if (syscall(SYS_close_range, first, UINT_MAX, 0U) == 0) return;
  const long limit = sysconf(_SC_OPEN_MAX);  // kernels before 5.9
  for (long fd = first; fd < limit; ++fd) close(static_cast<int>(fd));
}

// In the child. Returns the errno of the step that failed; does not return when all went well.
int BecomeProgram(const Plan& plan) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (getppid() != plan.parent) _exit(127);  // hone died before the line above
  setsid();
  struct sigaction fallback {};
  fallback.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &fallback, nullptr);
  if (dup2(plan.null_fd, 0) < 0 || dup2(plan.null_fd, 1) < 0) return errno;
  if (!plan.inherit_stderr && dup2(plan.null_fd, 2) < 0) return errno;
  if (dup2(plan.socket, plan.socket_fd) < 0) return errno;
  for (int fd = 3; fd < plan.socket_fd; ++fd) close(fd);
  CloseFrom(static_cast<unsigned>(plan.socket_fd) + 1);
  if (sigprocmask(SIG_SETMASK, &plan.signals, nullptr) != 0) return errno;
  char* const arguments[] = {const_cast<char*>(plan.program), nullptr};
  char* const environment[] = {nullptr};
  execve(plan.program, arguments, environment);
  return errno;
}

// vfork, because a big hone is then not copied, and the child can tell us through memory why exec
// failed. A function of its own keeps the caller's variables out of the shared stack frame.
[[gnu::noinline]] pid_t ForkAndExec(const Plan& plan, volatile int* failure) {
  const pid_t pid = vfork();
  if (pid == 0) {
    *failure = BecomeProgram(plan);
    _exit(127);
  }
  return pid;
}

// A copy of `fd` that no dup2 in the child can overwrite.
OwnedFd OutOfTheWay(int fd, int above) { return OwnedFd(fcntl(fd, F_DUPFD_CLOEXEC, above + 1)); }

}  // namespace

void OwnedFd::Reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Result<Child> StartChild(const std::string& program, int socket_fd, bool inherit_stderr) {
  HONE_CHECK(socket_fd >= 3);
  const std::string what = "cannot start " + program;
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return SystemError(what, errno);
  }
  Child child;
  child.socket = OwnedFd(pair[0]);
  const OwnedFd theirs(pair[1]);
  const OwnedFd theirs_high = OutOfTheWay(theirs.get(), socket_fd);
  const OwnedFd null_low(open("/dev/null", O_RDWR | O_CLOEXEC));
  const OwnedFd null_high = OutOfTheWay(null_low.get(), socket_fd);
  // Only our end: the child's stays blocking.
  if (theirs_high.get() < 0 || null_high.get() < 0 ||
      fcntl(child.socket.get(), F_SETFL, O_NONBLOCK) != 0) {
    return SystemError(what, errno);
  }

  Plan plan;
  plan.program = program.c_str();
  plan.null_fd = null_high.get();
  plan.socket = theirs_high.get();
  plan.socket_fd = socket_fd;
  plan.inherit_stderr = inherit_stderr;
  plan.parent = getpid();
  sigemptyset(&plan.signals);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of ours may run in the child
  volatile int failure = 0;
  const pid_t pid = ForkAndExec(plan, &failure);
  const int fork_failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return SystemError(what, fork_failure);
  child.pid = pid;
  child.exit_fd = OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0U)));
  const int pidfd_failure = errno;
  if (failure != 0 || child.exit_fd.get() < 0) {
    kill(pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return SystemError(what, failure != 0 ? static_cast<int>(failure) : pidfd_failure);
  }
  return child;
}

}  // namespace hone
