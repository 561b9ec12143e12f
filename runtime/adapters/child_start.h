// StartChild: the moment between fork and exec, where only async-signal-safe calls are allowed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

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

// A program with arguments, a clean environment and its own standard descriptors.
struct ProgramStart {
  std::string path;                                   // absolute
  std::vector<std::string> arguments;                 // arguments[0] included
  std::vector<std::string> environment;               // "NAME=value"; nothing else passes
  std::string folder;                                 // where it starts
  int stdin_fd = -1, stdout_fd = -1, stderr_fd = -1;  // borrowed: copied into the child
};
// Starts it as the leader of a session and process group of its own (kill(-pid) reaches what it
// starts), with nothing inherited but the three descriptors. It dies with the thread that spawned
// it. Child::socket is none. kNotFound when the program cannot be executed.
Result<Child> StartProgram(const ProgramStart& start);

}  // namespace hone
