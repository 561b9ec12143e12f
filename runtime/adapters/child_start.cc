#include "adapters/child_start.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

namespace hone {
namespace {

Error SystemError(const std::string& what, int code) {
  return Fail(code == ENOENT || code == EACCES ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
              what + ": " + std::strerror(code));
}

// Everything the child needs, made before the fork: after it, nothing may allocate.
struct Plan {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* folder = nullptr;                // nullptr: ours
  std::array<int, 3> standard = {-1, -1, -1};  // become 0, 1, 2; -1: inherited
  int socket = -1;                             // becomes last_fd; -1: none
  int last_fd = 2;                             // the highest descriptor that stays
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
  if (plan.folder != nullptr && chdir(plan.folder) != 0) return errno;
  for (int fd = 0; fd < 3; ++fd) {
    const int from = plan.standard[static_cast<std::size_t>(fd)];
    if (from >= 0 && dup2(from, fd) < 0) return errno;
  }
  if (plan.socket >= 0 && dup2(plan.socket, plan.last_fd) < 0) return errno;
  for (int fd = 3; fd < plan.last_fd; ++fd) close(fd);
  CloseFrom(static_cast<unsigned>(plan.last_fd) + 1);
  if (sigprocmask(SIG_SETMASK, &plan.signals, nullptr) != 0) return errno;
  execve(plan.program, plan.arguments, plan.environment);
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

// Spawns what the plan says; fills in what is the same for everybody.
Result<Child> Spawn(const std::string& what, Plan plan) {
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
  Child child;
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

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

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
  OwnedFd ours(pair[0]);
  const OwnedFd theirs(pair[1]);
  const OwnedFd theirs_high = OutOfTheWay(theirs.get(), socket_fd);
  const OwnedFd null_low(open("/dev/null", O_RDWR | O_CLOEXEC));
  const OwnedFd null_high = OutOfTheWay(null_low.get(), socket_fd);
  // Only our end: the child's stays blocking.
  if (theirs_high.get() < 0 || null_high.get() < 0 || fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) {
    return SystemError(what, errno);
  }
  const std::vector<char*> arguments = Pointers({program});
  const std::vector<char*> environment = Pointers({});
  Plan plan;
  plan.program = program.c_str();
  plan.arguments = arguments.data();
  plan.environment = environment.data();
  plan.standard = {null_high.get(), null_high.get(), inherit_stderr ? -1 : null_high.get()};
  plan.socket = theirs_high.get();
  plan.last_fd = socket_fd;
  HONE_ASSIGN(Child child, Spawn(what, plan));
  child.socket = std::move(ours);
  return child;
}

Result<Child> StartProgram(const ProgramStart& start) {
  const std::string what = "cannot start " + start.path;
  const std::array<OwnedFd, 3> standard = {OutOfTheWay(start.stdin_fd, 2),
                                           OutOfTheWay(start.stdout_fd, 2),
                                           OutOfTheWay(start.stderr_fd, 2)};
  for (const OwnedFd& fd : standard) {
    if (fd.get() < 0) return SystemError(what, errno);
  }
  const std::vector<char*> arguments = Pointers(start.arguments);
  const std::vector<char*> environment = Pointers(start.environment);
  Plan plan;
  plan.program = start.path.c_str();
  plan.arguments = arguments.data();
  plan.environment = environment.data();
  plan.folder = start.folder.c_str();
  plan.standard = {standard[0].get(), standard[1].get(), standard[2].get()};
  return Spawn(what, plan);
}

}  // namespace hone
