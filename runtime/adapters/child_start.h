// StartChild: the moment between fork and exec, where only async-signal-safe calls are allowed.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace hone {

// A file descriptor that is closed with its owner. -1 is none.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() { Reset(); }
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.Release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = other.Release();
    }
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void Reset();

 private:
  int fd_ = -1;
};

struct Child {
  pid_t pid = -1;
  OwnedFd exit_fd;  // a pidfd: becomes readable when the child has ended
  OwnedFd socket;   // our end, non-blocking
};

// Starts `program` (an absolute path) with an empty environment, the other end of a socket pair as
// descriptor `socket_fd` (3 or more), and nothing else inherited but stderr when asked.
Result<Child> StartChild(const std::string& program, int socket_fd, bool inherit_stderr);

}  // namespace hone
