#include "adapters/sandbox/keeper/serve.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>
#include <vector>

#include "adapters/sandbox/keeper/capabilities.h"
#include "adapters/sandbox/keeper/copies.h"
#include "adapters/sandbox/keeper/disk_use.h"
#include "adapters/sandbox/keeper_message.h"

namespace hone {
namespace {

constexpr int64_t kDiskTickMs = 200;
constexpr int64_t kDiskShare = 10;  // looking takes at most a tenth of the time
constexpr rlim_t kMostCopyBytes = rlim_t{256} << 20U;

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

struct Running {
  uint32_t command = 0;
  pid_t supervisor = -1;
  OwnedFd ended, kill;
  bool told = false;
};

class Keeper {
 public:
  explicit Keeper(const CommandLimits& limits) : limits_(limits) {}

  [[noreturn]] void Run() {
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || !KeepContainerCapabilities()) _exit(1);
    TakeDescriptors();
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_ = OwnedFd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    Tell(KeeperWord::kReady, 0, 0);
    while (true) {
      Wait();
      Listen();
      HearEnds();
      Reap();
      WatchDisk();
    }
  }

 private:
  void TakeDescriptors() {
    socket_ = OwnedFd(fcntl(kKeeperSocketFd, F_DUPFD_CLOEXEC, 10));
    upper_ = OwnedFd(fcntl(kUpperFd, F_DUPFD_CLOEXEC, 10));
    for (int fd = 3; fd < 10; ++fd) close(fd);
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
    if (null > 2) close(null);
  }

  void Tell(KeeperWord word, uint32_t command, int64_t value) {
    if (!SendMessage(socket_.get(), {word, command, value}, {})) _exit(0);  // hone is gone
  }

  void Wait() {
    std::vector<pollfd> waits = {{socket_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    for (const Running& one : running_) {
      if (!one.told) waits.push_back({one.ended.get(), POLLIN, 0});
    }
    const int64_t left_ms = std::max<int64_t>(0, next_look_ms_ - NowMs());
    poll(waits.data(), waits.size(), IsWatching() ? static_cast<int>(left_ms) : -1);
    signalfd_siginfo ignored{};
    while (read(signals_.get(), &ignored, sizeof(ignored)) > 0) {
    }
  }

  void Listen() {
    KeeperMessage message;
    while (true) {
      const Received received = ReceiveMessage(socket_.get(), MSG_DONTWAIT, &message);
      if (received == Received::kNothing) return;
      if (received == Received::kClosed) _exit(0);
      Obey(std::move(message));
    }
  }

  void Obey(KeeperMessage message) {
    const uint32_t command = message.packet.command;
    if (message.packet.word == KeeperWord::kKill) return Kill(command);
    Result<std::vector<std::string>> texts =
        message.fds.empty() ? Invalid("no texts") : UnpackTexts(message.fds[0].get());
    if (!texts.ok()) texts = std::vector<std::string>{};
    switch (message.packet.word) {
      case KeeperWord::kExec:
        return Start(command, std::move(*texts), message.fds);
      case KeeperWord::kPut:
        if (message.fds.size() < 2 || texts->empty()) return;
        return Copy([&] { CopyIn((*texts)[0], limits_.has_ids, message.fds[1].get()); });
      case KeeperWord::kGet:
        if (message.fds.size() < 2 || texts->empty()) return;
        return Copy([&] { CopyOut((*texts)[0], message.fds[1].get()); });
      case KeeperWord::kChanges:
        Tell(KeeperWord::kFrozen, 0, 0);
        is_frozen_ = true;
        EndAll();
        [[fallthrough]];
      case KeeperWord::kLayer:
        if (message.fds.size() < 2) return;
        return Copy([&] { CopyLayer(upper_.get(), std::move(*texts), message.fds[1].get()); });
      default:
        return;
    }
  }

  void Start(uint32_t command, std::vector<std::string> texts, const std::vector<OwnedFd>& fds) {
    const Result<KeeperExec> exec = KeeperExec::Of(std::move(texts));
    int ended[2] = {-1, -1};
    int killing[2] = {-1, -1};
    if (is_frozen_ || !exec.ok() || fds.size() < 4 || pipe2(ended, O_CLOEXEC | O_NONBLOCK) != 0 ||
        pipe2(killing, O_CLOEXEC) != 0) {
      return Tell(KeeperWord::kEnded, command, -1);
    }
    Running one;
    one.command = command;
    one.ended = OwnedFd(ended[0]);
    one.kill = OwnedFd(killing[1]);
    const OwnedFd ended_write(ended[1]);
    const OwnedFd kill_read(killing[0]);
    one.supervisor = fork();
    if (one.supervisor == 0) {
      LeaveDescriptors();
      one.ended.Reset();
      one.kill.Reset();
      const int standard[3] = {fds[1].get(), fds[2].get(), fds[3].get()};
      std::vector<int> groups;
      for (std::size_t i = 4; i < fds.size(); ++i) groups.push_back(fds[i].get());
      RunSupervised(*exec, limits_, groups, standard, ended_write.get(), kill_read.get());
    }
    if (one.supervisor < 0) {
      const std::string line = "hone: no process can be started: the limit is reached\n";
      const bool said = write(fds[3].get(), line.data(), line.size()) >= 0;
      return Tell(KeeperWord::kEnded, command, said ? 126 << 8 : -1);
    }
    running_.push_back(std::move(one));
  }

  // In a child: what belongs to the keeper alone.
  void LeaveDescriptors() {
    socket_.Reset();
    signals_.Reset();
    running_.clear();
  }

  template <typename Work>
  void Copy(const Work& work) {
    const pid_t pid = fork();
    if (pid == 0) {
      LeaveDescriptors();
      // Outside of the commands' groups, so that no command can be in its way: limited by itself.
      const rlimit memory{kMostCopyBytes, kMostCopyBytes};
      setrlimit(RLIMIT_AS, &memory);
      signal(SIGXFSZ, SIG_IGN);  // the limit on a file's size is an error of writing
      if (limits_.disk_bytes > 0) {
        const rlimit limit{limits_.disk_bytes, limits_.disk_bytes};
        setrlimit(RLIMIT_FSIZE, &limit);
      }
      work();
      _exit(0);
    }
    if (pid > 0) copies_.push_back(pid);
  }

  void Kill(uint32_t command) {
    for (Running& one : running_) {
      if (one.command != command) continue;
      kill(one.supervisor, SIGCONT);
      if (write(one.kill.get(), "k", 1) != 1) kill(one.supervisor, SIGKILL);
    }
  }

  void HearEnd(Running* one) {
    int status = 0;
    if (one->told || read(one->ended.get(), &status, sizeof(status)) != sizeof(status)) return;
    one->told = true;
    Tell(KeeperWord::kEnded, one->command, status);
  }

  void HearEnds() {
    for (Running& one : running_) HearEnd(&one);
  }

  void Reap() {
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
      std::erase(copies_, pid);
      const auto one = std::find_if(running_.begin(), running_.end(),
                                    [pid](const Running& each) { return each.supervisor == pid; });
      if (one == running_.end()) continue;
      HearEnd(&*one);
      const bool was_killed = !one->told || !WIFEXITED(status);
      const uint32_t command = one->command;
      const bool was_told = one->told;
      running_.erase(one);
      // Whoever kills its supervisor loses everything that it had started.
      if (was_killed) KillOrphans();
      if (!was_told) Tell(KeeperWord::kEnded, command, -1);
      Tell(KeeperWord::kGone, command, 0);
    }
  }

  void KillOrphans() const {
    std::vector<pid_t> spared = copies_;
    for (const Running& one : running_) spared.push_back(one.supervisor);
    KillBelow(getpid(), spared);
  }

  // Kills every process but this one and waits for their ends.
  void EndAll() {
    HearEnds();
    kill(-1, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
    }
    copies_.clear();
    for (const Running& one : std::exchange(running_, {})) {
      if (!one.told) Tell(KeeperWord::kEnded, one.command, -1);
      Tell(KeeperWord::kGone, one.command, 0);
    }
  }

  // Somebody may be writing: supervisors live as long as what they started.
  [[nodiscard]] bool IsWatching() const { return !running_.empty() && limits_.disk_bytes > 0; }

  void WatchDisk() {
    const int64_t now_ms = NowMs();
    if (!IsWatching() || now_ms < next_look_ms_) return;
    if (DiskUse(upper_.get()) > limits_.disk_bytes) {
      Tell(KeeperWord::kDiskFull, 0, 0);
      EndAll();
    }
    next_look_ms_ = NowMs() + std::max(kDiskTickMs, kDiskShare * (NowMs() - now_ms));
  }

  const CommandLimits limits_;
  OwnedFd socket_, upper_, signals_;
  std::vector<Running> running_;
  std::vector<pid_t> copies_;
  int64_t next_look_ms_ = 0;
  bool is_frozen_ = false;
};

}  // namespace

void Serve(const CommandLimits& limits) { Keeper(limits).Run(); }

}  // namespace hone
