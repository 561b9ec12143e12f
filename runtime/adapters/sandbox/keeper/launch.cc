// As root, the overlay is mounted first and a user namespace entered after it, whose ids are a
// range of the host's that nobody uses: root of the container is nobody here. As an ordinary user
// the namespace comes first, and has the one id that we have.
//
// All mounts are in a mount namespace of this process: they are gone when it and what it becomes
// are, however that happens.
#include "adapters/sandbox/keeper/launch.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sandbox/keeper_message.h"
#include "adapters/sandbox/tree_entry.h"

namespace hone {
namespace {

Status WriteFile(const std::string& path, const std::string& text) {
  const OwnedFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.get() < 0 ||
      write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return SystemFailure(path, errno);
  }
  return Ok{};
}

Status EnterOwnUser() {
  const std::string uid = std::to_string(geteuid());
  const std::string gid = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return SystemFailure("no user namespace (does this system allow them?)", errno);
  }
  HONE_TRY(WriteFile("/proc/self/setgroups", "deny"));
  HONE_TRY(WriteFile("/proc/self/uid_map", "0 " + uid + " 1"));
  return WriteFile("/proc/self/gid_map", "0 " + gid + " 1");
}

// The map must be written from outside the new namespace: by a child that stays.
Status EnterRange(uint32_t first_id, uint32_t ids) {
  int pipe_ends[2] = {-1, -1};
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return SystemFailure("pipe", errno);
  OwnedFd go_read(pipe_ends[0]);
  OwnedFd go_write(pipe_ends[1]);
  const std::string proc = "/proc/" + std::to_string(getpid());
  const std::string map = "0 " + std::to_string(first_id) + " " + std::to_string(ids);
  const pid_t writer = fork();
  if (writer < 0) return SystemFailure("fork", errno);
  if (writer == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    go_write.Reset();
    char byte = 0;
    const bool fine = read(go_read.get(), &byte, 1) == 1 &&
                      WriteFile(proc + "/uid_map", map).ok() &&
                      WriteFile(proc + "/gid_map", map).ok();
    _exit(fine ? 0 : 1);
  }
  const bool entered = unshare(CLONE_NEWUSER) == 0;
  const int trouble = errno;
  if (entered && write(go_write.get(), "g", 1) != 1) return SystemFailure("pipe", errno);
  go_write.Reset();
  int status = 0;
  while (waitpid(writer, &status, 0) < 0 && errno == EINTR) {
  }
  if (!entered) return SystemFailure("no user namespace", trouble);
  if (status != 0) return Fail(ErrorCode::kUnavailable, "the ids of a user namespace are refused");
  if (setgroups(0, nullptr) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) {
    return SystemFailure("becoming root of a user namespace", errno);
  }
  return Ok{};
}

// Afterwards the container's root is at kContainerRoot, where anybody may go: the image store is
// often in a folder that only its owner may enter.
Status MountRoot(const KeeperLaunch& launch) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return SystemFailure("a mount namespace of our own", errno);
  }
  if (chdir(launch.folder.c_str()) != 0) return SystemFailure(launch.folder, errno);
  if (mount("overlay", launch.merged.c_str(), "overlay", MS_NODEV, launch.overlay.c_str()) != 0) {
    return SystemFailure(
        "the overlay cannot be mounted (is " + launch.folder + " on a disk of this machine?)",
        errno);
  }
  const OwnedFd root(open(launch.merged.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string source = "/proc/self/fd/" + std::to_string(root.get());
  if (root.get() < 0 || mount("tmpfs", "/tmp", "tmpfs", 0, "mode=755,size=1m") != 0 ||
      mkdir(kContainerRoot, 0755) != 0 ||
      mount(source.c_str(), kContainerRoot, nullptr, MS_BIND, nullptr) != 0) {
    return SystemFailure("the container's root cannot be mounted", errno);
  }
  return chdir("/") == 0 ? Status(Ok{}) : SystemFailure("/", errno);
}

// Brings the descriptors that stay to their places, inherited by what is executed now.
Status PlaceFds(const std::vector<OwnedFd>& fds) {
  const std::pair<std::size_t, int> places[] = {
      {1, kKeeperProgramFd}, {2, kSeccompFd}, {3, kUpperFd}};
  std::vector<OwnedFd> high;
  for (const auto& [from, to] : places) {
    high.emplace_back(fcntl(fds[from].get(), F_DUPFD_CLOEXEC, kUpperFd + 1));
  }
  for (std::size_t i = 0; i < high.size(); ++i) {
    if (dup2(high[i].get(), places[i].second) < 0) return SystemFailure("dup2", errno);
  }
  return Ok{};
}

Status LaunchInto() {
  KeeperMessage message;
  if (ReceiveMessage(kKeeperSocketFd, 0, &message) != Received::kMessage ||
      message.packet.word != KeeperWord::kLaunch || message.fds.size() < 4) {
    return Fail(ErrorCode::kUnavailable, "hone is gone");
  }
  HONE_ASSIGN(std::vector<std::string> texts, UnpackTexts(message.fds[0].get()));
  HONE_ASSIGN(const KeeperLaunch launch, KeeperLaunch::Of(std::move(texts)));
  if (launch.ids == 0) {
    HONE_TRY(EnterOwnUser());
    HONE_TRY(MountRoot(launch));
  } else {
    if (unshare(CLONE_NEWNS) != 0) return SystemFailure("no mount namespace", errno);
    HONE_TRY(MountRoot(launch));
    HONE_TRY(EnterRange(launch.first_id, launch.ids));
  }
  HONE_TRY(PlaceFds(message.fds));
  std::vector<char*> argv;
  for (const std::string& text : launch.command) argv.push_back(const_cast<char*>(text.c_str()));
  argv.push_back(nullptr);
  char path[] = "PATH=/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  execve(argv[0], argv.data(), environment);
  return SystemFailure(launch.command[0], errno);
}

}  // namespace

int Launch() {
  const Status status = LaunchInto();
  const std::string text = status.ok() ? "" : status.error().message + "\n";
  return write(STDERR_FILENO, text.data(), text.size()) < 0 ? 2 : 1;
}

}  // namespace hone
