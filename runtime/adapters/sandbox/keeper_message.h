// What hone and its keeper say to each other: packets of a fixed size over a SOCK_SEQPACKET socket,
// with descriptors beside them. A request's texts are in a memory file, the first descriptor.
//
// hone believes nothing of it: a packet of another size, or of an unknown command, is dropped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/child_start.h"
#include "base/result.h"

namespace hone {

enum class KeeperWord : uint32_t {
  // hone -> launcher. Texts: see KeeperLaunch. Descriptors: texts, keeper, filter, upper folder.
  kLaunch,
  // hone -> keeper
  // Texts: see KeeperExec. Descriptors: texts, stdin, stdout, stderr, then the cgroup.procs file of
  // each control group that the command lives in.
  kExec,
  kKill,  // `command`: it and all its descendants
  // Descriptors of copies: texts, and a stream socket for the entries.
  kPut,      // texts: folder. Entries come, then an empty tree goes back, or why not.
  kGet,      // texts: path. Entries go.
  kChanges,  // texts: what is skipped. The upper folder as a layer; every process is ended first.
  kLayer,    // The upper folder as a layer; nothing is ended.
  // keeper -> hone
  kReady,
  kEnded,     // `command`; `value`: a status of waitpid, or -1 when its supervisor was killed
  kGone,      // `command`: nothing that it had started is left
  kDiskFull,  // more was written than allowed: every process was killed
  kFrozen,    // every process was killed for kChanges
};

struct KeeperPacket {
  KeeperWord word = KeeperWord::kReady;
  uint32_t command = 0;
  int64_t value = 0;
};

struct KeeperMessage {
  KeeperPacket packet;
  std::vector<OwnedFd> fds;
};

constexpr std::size_t kMostFds = 16;

enum class Received { kMessage, kNothing, kClosed };

// One message, when there is one (`flags`: MSG_DONTWAIT or 0). Broken packets are skipped.
Received ReceiveMessage(int socket, int flags, KeeperMessage* message);
// False with errno when it could not be sent (EAGAIN: later).
bool SendMessage(int socket, const KeeperPacket& packet, const std::vector<int>& fds);

// A sealed memory file: nobody can change it any more.
Result<OwnedFd> MakeSealedFile(const char* name, const std::string& content);

// Texts in a sealed memory file, and back.
Result<OwnedFd> PackTexts(const std::vector<std::string>& texts);
Result<std::vector<std::string>> UnpackTexts(int fd);

// The texts of kLaunch, in this order.
struct KeeperLaunch {
  std::string folder;                // the image store: the overlay's folders are relative to it
  std::string overlay;               // mount options
  std::string merged;                // where the overlay is mounted
  uint32_t first_id = 0, ids = 0;    // host ids of the container's 0..ids-1; 0 ids: only our own
  std::vector<std::string> command;  // bwrap and its arguments

  [[nodiscard]] std::vector<std::string> Texts() const;
  static Result<KeeperLaunch> Of(std::vector<std::string> texts);
};

// What kExec asks for, as texts.
struct KeeperExec {
  std::string user, workdir;
  std::vector<std::string> env;  // NAME=value
  std::vector<std::string> argv;

  [[nodiscard]] std::vector<std::string> Texts() const;
  static Result<KeeperExec> Of(std::vector<std::string> texts);
};

// Where the launcher leaves descriptors for bwrap and for the keeper inside.
constexpr int kKeeperSocketFd = 0;
constexpr int kKeeperProgramFd = 4;
constexpr int kSeccompFd = 5;
constexpr int kUpperFd = 6;
// The root of the container is mounted here, in the launcher's own mount namespace.
constexpr char kContainerRoot[] = "/tmp/root";

}  // namespace hone
