#include "adapters/session/command_run.h"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "adapters/sandbox/refused_calls.h"
#include "adapters/session/process_tree.h"
#include "adapters/session/run_frames.h"

namespace hone {
namespace {

constexpr int kNotExecutable = 126;
constexpr int kNotThere = 127;
constexpr int64_t kAfterEndBytes = int64_t{1} << 20U;  // of what was written before the end

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

bool WriteAll(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t wrote = write(fd, bytes, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
  return true;
}

void WriteFrame(RunFrame kind, std::string_view body) {
  const auto size = static_cast<uint32_t>(body.size());
  std::string frame = {static_cast<char>(kind), static_cast<char>(size >> 24U),
                       static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                       static_cast<char>(size)};
  frame += body;
  (void)WriteAll(STDOUT_FILENO, frame.data(), frame.size());
}

// How often the kernel killed something of this container for its memory. 0 where it is not told.
int64_t MemoryKills() {
  for (const char* path :
       {"/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events"}) {
    std::FILE* file = std::fopen(path, "re");
    if (file == nullptr) continue;
    char name[64];
    long long count = 0;
    int64_t kills = 0;
    while (std::fscanf(file, "%63s %lld", name, &count) == 2) {
      if (std::strcmp(name, "oom_kill") == 0) kills = count;
    }
    std::fclose(file);
    return kills;
  }
  return 0;
}

// One stream of the command on its way to the caller.
struct Stream {
  RunFrame kind;
  int fd = -1;
  int64_t room = 0;  // bytes that are still passed on

  // False when there is nothing (more) to read now; closes at the end of the stream.
  bool Pass() {
    std::array<char, 65536> bytes;
    const ssize_t got = read(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) return true;
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
      close(fd);
      fd = -1;
      return false;
    }
    const auto passed = static_cast<std::size_t>(std::min<int64_t>(room, got));
    if (passed > 0) WriteFrame(kind, {bytes.data(), passed});
    room -= static_cast<int64_t>(passed);
    return true;
  }
};

bool RefuseCalls() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const bool is_set =
      filter != nullptr && AddRefusedCalls(filter) == 0 && seccomp_load(filter) == 0;
  if (filter != nullptr) seccomp_release(filter);
  return is_set;
}

// In the child. Returns only by exec or exit; a failure is told through `failure`.
[[noreturn]] void BecomeCommand(char** argv, int out, int err, int failure) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  // Beyond what the engine's own filter refuses: engines differ in it.
  if (!RefuseCalls()) {
    (void)WriteAll(failure, "126 no system call filter can be set", 36);
    _exit(kNotExecutable);
  }
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvp(argv[0], argv);
  const int reason = errno;
  const int code = reason == ENOENT || reason == ENOTDIR ? kNotThere : kNotExecutable;
  const std::string told =
      std::to_string(code) + " " + argv[0] + ": " +
      (reason == ENOENT ? "there is no such program in the container" : std::strerror(reason));
  (void)WriteAll(failure, told.data(), told.size());
  _exit(code);
}

// What lives on may go on writing to its streams: somebody has to read them.
void LeaveReader(std::array<Stream, 2>& streams) {
  if (streams[0].fd < 0 && streams[1].fd < 0) return;
  if (fork() != 0) return;
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, fd);
  setsid();
  for (Stream& stream : streams) stream.room = 0;
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    std::array<pollfd, 2> waits{};
    for (std::size_t i = 0; i < waits.size(); ++i) waits[i] = {streams[i].fd, POLLIN, 0};
    poll(waits.data(), waits.size(), -1);
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].revents != 0) streams[i].Pass();
    }
  }
  _exit(0);
}

class Supervisor {
 public:
  Supervisor(int64_t time_ms, int64_t max_output)
      : deadline_ms_(NowMs() + time_ms), kills_before_(MemoryKills()) {
    for (Stream& stream : streams_) stream.room = max_output + 1;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, nullptr);
    signals_ = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  int Run(char** command) {
    int failure[2];
    if (!Start(command, failure)) {
      WriteFrame(RunFrame::kFailed,
                 std::string("126 no process for ") + command[0] + ": " + std::strerror(errno));
      return 0;
    }
    while (!ended_ && NowMs() < deadline_ms_) Wait();
    if (!ended_) return TimeIsUp();
    Drain();
    char told[512];
    const ssize_t size = read(failure[0], told, sizeof told);
    if (size > 0) {
      WriteFrame(RunFrame::kFailed, {told, static_cast<std::size_t>(size)});
    } else {
      TellEnd();
    }
    LeaveReader(streams_);
    return 0;
  }

 private:
  bool Start(char** command, int failure[2]) {
    int out[2];
    int err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0 ||
        pipe2(failure, O_CLOEXEC | O_NONBLOCK) != 0) {
      return false;
    }
    WriteFrame(RunFrame::kBegun, "");
    main_ = fork();
    if (main_ < 0) return false;
    if (main_ == 0) BecomeCommand(command, out[1], err[1], failure[1]);
    for (const int fd : {out[1], err[1], failure[1], STDIN_FILENO}) close(fd);
    streams_[0].fd = out[0];
    streams_[1].fd = err[0];
    for (const Stream& stream : streams_) fcntl(stream.fd, F_SETFL, O_NONBLOCK);
    return true;
  }

  void Wait() {
    std::array<pollfd, 3> waits{
        {{signals_, POLLIN, 0}, {streams_[0].fd, POLLIN, 0}, {streams_[1].fd, POLLIN, 0}}};
    const int64_t left = std::clamp<int64_t>(deadline_ms_ - NowMs(), 0, 1'000'000);
    poll(waits.data(), waits.size(), static_cast<int>(left));
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (waits[i + 1].revents != 0) streams_[i].Pass();
    }
    if (waits[0].revents != 0) Reap();
  }

  void Reap() {
    signalfd_siginfo info;
    while (read(signals_, &info, sizeof info) > 0) {
    }
    int wait_status = 0;
    bool no_children = false;
    while (const auto pid = ReapOne(&wait_status, &no_children)) {
      if (*pid != main_) continue;
      ended_ = true;
      status_ = wait_status;
    }
  }

  // What the command wrote before it ended; not what others write for ever.
  void Drain() {
    for (Stream& stream : streams_) {
      for (int64_t read = 0; stream.fd >= 0 && read < kAfterEndBytes; read += 65536) {
        if (!stream.Pass()) break;
      }
    }
  }

  void TellEnd() {
    int code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    const bool memory = code == 128 + SIGKILL && MemoryKills() > kills_before_;
    if (memory) code = -1;
    WriteFrame(RunFrame::kEnd, std::to_string(code) + (memory ? " memory" : " none"));
  }

  int TimeIsUp() {
    const bool all_died = KillDescendants();
    Drain();
    WriteFrame(RunFrame::kEnd, all_died ? "-1 time" : "-1 stuck");
    return 0;
  }

  const int64_t deadline_ms_;
  const int64_t kills_before_;
  int signals_ = -1;
  pid_t main_ = -1;
  bool ended_ = false;
  int status_ = 0;
  std::array<Stream, 2> streams_{{{RunFrame::kOutput}, {RunFrame::kError}}};
};

}  // namespace

int RunCommand(int argc, char** argv) {
  if (argc < 4 || std::strcmp(argv[2], "--") != 0) {
    constexpr std::string_view kUsage =
        "usage: hone-session run TIME_MS MAX_OUTPUT -- PROGRAM ARGUMENT...\n";
    (void)WriteAll(STDERR_FILENO, kUsage.data(), kUsage.size());
    return 2;
  }
  return Supervisor(std::atoll(argv[0]), std::atoll(argv[1])).Run(argv + 3);
}

}  // namespace hone
