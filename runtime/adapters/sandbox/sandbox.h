// Sandbox: one bwrap with hone's keeper in it, and what the two say to each other.
//
// Thread: loop's thread, which must outlive it (child_start.h). When it is destroyed, or hone dies,
// everything in it is dead. It may be destroyed inside its events.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/fd_watch.h"
#include "adapters/sandbox/keeper_message.h"
#include "adapters/uv_event_loop.h"

namespace hone {

class Sandbox {
 public:
  struct Events {
    std::function<void(const KeeperPacket&)> on_word;  // hostile
    std::function<void(std::string why)> on_gone;      // it and all in it has ended
  };
  struct Setup {
    std::string keeper_program;  // on the host
    KeeperLaunch launch;
    int keeper_fd = -1, filter_fd = -1, upper_fd = -1;  // borrowed
  };

  static Result<std::unique_ptr<Sandbox>> Start(UvEventLoop& loop, Setup setup, Events events);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  void Send(KeeperWord word, uint32_t command, std::vector<OwnedFd> fds);
  // Ends it; on_gone follows.
  void End();

 private:
  Sandbox(UvEventLoop& loop, Child child, OwnedFd socket, OwnedFd stderr_fd, Events events);
  void OnSocket(int ready);
  void OnExit();
  void Flush();
  void Reap();
  std::string LastWords() const;

  UvEventLoop& loop_;
  Child child_;
  OwnedFd socket_;
  OwnedFd stderr_;  // of the launcher and bwrap, until the keeper runs
  Events events_;
  std::deque<KeeperMessage> queue_;
  std::unique_ptr<FdWatch> socket_watch_, exit_watch_;
  EventLoop::TimerId grace_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // seen weakly by events
  bool reaped_ = false;
};

}  // namespace hone
