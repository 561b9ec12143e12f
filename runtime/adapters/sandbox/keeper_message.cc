#include "adapters/sandbox/keeper_message.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "adapters/sandbox/tree_entry.h"

namespace hone {
namespace {

constexpr std::size_t kMostTextBytes = std::size_t{16} << 20U;

bool WriteAll(int fd, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t put = write(fd, content.data() + done, content.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    done += static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace

Received ReceiveMessage(int socket, int flags, KeeperMessage* message) {
  while (true) {
    // One byte more than a packet, so that a longer one is seen.
    std::array<char, sizeof(KeeperPacket) + 1> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostFds)> control{};
    iovec piece{bytes.data(), bytes.size()};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t got = recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return Received::kNothing;
    if (got <= 0) return Received::kClosed;
    message->fds.clear();
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t n = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < n; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
        message->fds.emplace_back(fd);
      }
    }
    if (got != sizeof(KeeperPacket)) continue;
    std::memcpy(&message->packet, bytes.data(), sizeof(KeeperPacket));
    return Received::kMessage;
  }
}

bool SendMessage(int socket, const KeeperPacket& packet, const std::vector<int>& fds) {
  KeeperPacket copy = packet;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostFds)> control{};
  iovec piece{&copy, sizeof(copy)};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (!fds.empty() && fds.size() <= kMostFds) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(part), fds.data(), sizeof(int) * fds.size());
  }
  ssize_t sent = -1;
  do {
    sent = sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == sizeof(copy);
}

Result<OwnedFd> MakeSealedFile(const char* name, const std::string& content) {
  OwnedFd fd(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd.get() < 0) return SystemFailure("memfd_create", errno);
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (!WriteAll(fd.get(), content) || lseek(fd.get(), 0, SEEK_SET) != 0 ||
      fchmod(fd.get(), 0555) != 0 || fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
    return SystemFailure(std::string("memory file ") + name, errno);
  }
  return fd;
}

Result<OwnedFd> PackTexts(const std::vector<std::string>& texts) {
  std::string packed;
  for (const std::string& text : texts) {
    const auto size = static_cast<uint32_t>(text.size());
    packed.append(reinterpret_cast<const char*>(&size), sizeof(size));
    packed += text;
  }
  return MakeSealedFile("texts", packed);
}

Result<std::vector<std::string>> UnpackTexts(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return SystemFailure("texts", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > kMostTextBytes) return Invalid("arguments and environment are longer than 16 MiB");
  std::string packed(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = pread(fd, packed.data() + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return SystemFailure("texts", errno);
    done += static_cast<std::size_t>(got);
  }
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < size;) {
    uint32_t bytes = 0;
    if (size - at < sizeof(bytes)) return Invalid("broken texts");
    std::memcpy(&bytes, packed.data() + at, sizeof(bytes));
    at += sizeof(bytes);
    if (size - at < bytes) return Invalid("broken texts");
    texts.push_back(packed.substr(at, bytes));
    at += bytes;
  }
  return texts;
}

std::vector<std::string> KeeperLaunch::Texts() const {
  std::vector<std::string> texts = {folder, overlay, merged, std::to_string(first_id),
                                    std::to_string(ids)};
  texts.insert(texts.end(), command.begin(), command.end());
  return texts;
}

Result<KeeperLaunch> KeeperLaunch::Of(std::vector<std::string> texts) {
  if (texts.size() < 6) return Invalid("a launch without its texts");
  KeeperLaunch launch;
  launch.folder = std::move(texts[0]);
  launch.overlay = std::move(texts[1]);
  launch.merged = std::move(texts[2]);
  launch.first_id = static_cast<uint32_t>(std::strtoul(texts[3].c_str(), nullptr, 10));
  launch.ids = static_cast<uint32_t>(std::strtoul(texts[4].c_str(), nullptr, 10));
  launch.command.assign(texts.begin() + 5, texts.end());
  return launch;
}

std::vector<std::string> KeeperExec::Texts() const {
  std::vector<std::string> texts = {user, workdir, std::to_string(env.size())};
  texts.insert(texts.end(), env.begin(), env.end());
  texts.insert(texts.end(), argv.begin(), argv.end());
  return texts;
}

Result<KeeperExec> KeeperExec::Of(std::vector<std::string> texts) {
  const std::size_t variables = texts.size() < 4 ? 0 : std::strtoul(texts[2].c_str(), nullptr, 10);
  if (texts.size() < 4 || variables > texts.size() - 4) return Invalid("a command without texts");
  KeeperExec exec;
  exec.user = std::move(texts[0]);
  exec.workdir = std::move(texts[1]);
  const auto first = texts.begin() + 3;
  const auto middle = first + static_cast<std::ptrdiff_t>(variables);
  exec.env.assign(first, middle);
  exec.argv.assign(middle, texts.end());
  return exec;
}

}  // namespace hone
