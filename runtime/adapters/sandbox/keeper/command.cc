#include "adapters/sandbox/keeper/command.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sandbox/keeper/account.h"

namespace hone {
namespace {

constexpr int kNotExecutable = 126, kNoSuchProgram = 127;  // as shells have it

void Complain(const std::string& text) {
  const std::string line = "hone: " + text + "\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) _exit(kNotExecutable);
}

void Limit(__rlimit_resource resource, uint64_t value) {
  const rlimit limit{value, value};
  setrlimit(resource, &limit);
}

std::string_view ValueOf(const std::vector<std::string>& env, std::string_view name) {
  std::string_view found;
  for (const std::string_view line : env) {
    if (line.size() > name.size() && line.substr(0, name.size()) == name &&
        line[name.size()] == '=') {
      found = line.substr(name.size() + 1);
    }
  }
  return found;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Looks the program up in PATH. Returns the exit code that says why it did not start.
int Execute(const KeeperExec& exec, const std::vector<std::string>& env) {
  const std::vector<char*> argv = Pointers(exec.argv);
  const std::vector<char*> environment = Pointers(env);
  const std::string& program = exec.argv[0];
  int trouble = ENOENT;
  if (program.find('/') != std::string::npos) {
    execve(program.c_str(), argv.data(), environment.data());
    trouble = errno;
  } else {
    std::string_view path = ValueOf(env, "PATH");
    while (!path.empty()) {
      const std::size_t end = path.find(':');
      const std::string file = std::string(path.substr(0, end)) + "/" + program;
      execve(file.c_str(), argv.data(), environment.data());
      if (errno != ENOENT && errno != ENOTDIR) trouble = errno;
      path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    }
  }
  Complain(program + ": " + std::strerror(trouble));
  return trouble == ENOENT ? kNoSuchProgram : kNotExecutable;
}

[[noreturn]] void BecomeCommand(const KeeperExec& exec, const CommandLimits& limits,
                                const int (&fds)[3]) {
  setsid();
  for (int fd = 0; fd < 3; ++fd) dup2(fds[fd], fd);
  syscall(SYS_close_range, 3U, UINT_MAX, 0U);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  umask(022);
  const Result<Account> account = FindAccount(exec.user);
  if (!account.ok()) {
    Complain(account.error().message);
    _exit(kNotExecutable);
  }
  if (account->uid != 0 && !limits.has_ids) {
    Complain("user '" + exec.user + "': only root exists in containers of an ordinary user");
    _exit(kNotExecutable);
  }
  if (!exec.workdir.empty() && chdir(exec.workdir.c_str()) != 0) {
    Complain("workdir " + exec.workdir + ": " + std::strerror(errno));
    _exit(kNotExecutable);
  }
  if (limits.disk_bytes > 0) Limit(RLIMIT_FSIZE, limits.disk_bytes);
  if (limits.memory_bytes > 0) Limit(RLIMIT_AS, limits.memory_bytes);
  if (limits.pids > 0) Limit(RLIMIT_NPROC, limits.pids);
  Limit(RLIMIT_CORE, 0);
  if (limits.has_ids) {
    // So that the command may open /dev/stdout and /dev/stderr by name.
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      if (fchown(fd, account->uid, account->gid) != 0) Complain("output pipe cannot be given away");
    }
    if (setgroups(account->groups.size(), account->groups.data()) != 0 ||
        setresgid(account->gid, account->gid, account->gid) != 0 ||
        setresuid(account->uid, account->uid, account->uid) != 0) {
      Complain("user '" + exec.user + "': " + std::strerror(errno));
      _exit(kNotExecutable);
    }
  }
  std::vector<std::string> env = exec.env;
  if (ValueOf(env, "HOME").empty()) env.push_back("HOME=" + account->home);
  _exit(Execute(exec, env));
}

// In the supervisor: `what` failed with errno, so there is no command.
[[noreturn]] void NotStarted(const char* what, int stderr_fd, int ended_fd) {
  const std::string line = std::string("hone: ") + what + ": " + std::strerror(errno) + "\n";
  const int status = kNotExecutable << 8;
  const bool told = write(stderr_fd, line.data(), line.size()) >= 0 &&
                    write(ended_fd, &status, sizeof(status)) == sizeof(status);
  _exit(told ? 0 : 1);
}

// Every process and its parent.
std::map<pid_t, pid_t> Parents() {
  std::map<pid_t, pid_t> parents;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return parents;
  while (const dirent* entry = readdir(proc)) {
    const pid_t pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid <= 0) continue;
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const OwnedFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 512> text{};
    const ssize_t got = fd.get() < 0 ? 0 : read(fd.get(), text.data(), text.size() - 1);
    if (got <= 0) continue;
    // "pid (name) S parent": the name may hold anything, also a bracket.
    const char* bracket = strrchr(text.data(), ')');
    if (bracket == nullptr || bracket + 4 >= text.data() + got || bracket[2] == 'Z') continue;
    parents[pid] = static_cast<pid_t>(std::strtol(bracket + 4, nullptr, 10));
  }
  closedir(proc);
  return parents;
}

bool IsBelow(pid_t pid, pid_t root, const std::vector<pid_t>& spared,
             const std::map<pid_t, pid_t>& parents) {
  for (std::size_t steps = 0; steps <= parents.size(); ++steps) {
    if (std::find(spared.begin(), spared.end(), pid) != spared.end()) return false;
    const auto found = parents.find(pid);
    if (found == parents.end()) return false;
    if (found->second == root) return true;
    pid = found->second;
  }
  return false;
}

}  // namespace

void KillBelow(pid_t root, const std::vector<pid_t>& spared) {
  // Stopped first, so that nothing new is started behind our back: a round that finds nobody new
  // has seen them all. A fork bomb is finite: the number of processes is limited.
  constexpr int kMostRounds = 1000;
  std::vector<pid_t> stopped;
  for (int round = 0; round < kMostRounds; ++round) {
    const std::map<pid_t, pid_t> parents = Parents();
    bool is_new = false;
    for (const auto& [pid, parent] : parents) {
      if (!IsBelow(pid, root, spared, parents) ||
          std::find(stopped.begin(), stopped.end(), pid) != stopped.end()) {
        continue;
      }
      kill(pid, SIGSTOP);
      stopped.push_back(pid);
      is_new = true;
    }
    if (!is_new) break;
  }
  for (const pid_t pid : stopped) kill(pid, SIGKILL);
}

[[noreturn]] void RunSupervised(const KeeperExec& exec, const CommandLimits& limits,
                                const std::vector<int>& groups, const int (&fds)[3], int ended_fd,
                                int kill_fd) {
  for (const int group : groups) {
    if (write(group, "0", 1) != 1) NotStarted("joining a control group", fds[2], ended_fd);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t command = fork();
  if (command == 0) BecomeCommand(exec, limits, fds);
  if (command < 0) NotStarted("fork", fds[2], ended_fd);
  for (const int fd : fds) close(fd);
  bool kill_all = false;
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid == command && write(ended_fd, &status, sizeof(status)) != sizeof(status)) _exit(1);
    if (pid > 0) continue;
    if (pid < 0 && errno == ECHILD) _exit(0);
    if (kill_all) KillBelow(getpid(), {});
    std::array<pollfd, 2> waits = {{{signal_fd, POLLIN, 0}, {kill_fd, POLLIN, 0}}};
    poll(waits.data(), kill_all ? 1 : 2, kill_all ? 20 : -1);
    signalfd_siginfo ignored{};
    while (read(signal_fd, &ignored, sizeof(ignored)) > 0) {
    }
    // The keeper never closes its end while we live: the end of it means kill, too.
    if (!kill_all && waits[1].revents != 0) kill_all = true;
  }
}

}  // namespace hone
