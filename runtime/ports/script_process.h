// ScriptProcess: one hone-script child and the socket to it. Frames are those of wire/frame.h.
//
// Thread: loop's thread. Callbacks are never called inside Send or Kill.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "wire/frame.h"

namespace hone {

class ScriptProcess {
 public:
  virtual ~ScriptProcess() = default;  // kills the child and waits for it

  struct Events {
    std::function<void(Frame)> on_frame;
    // The child is gone, for whatever reason, in words ("killed by signal 9", "closed its socket").
    // Called once; no frame follows.
    std::function<void(std::string)> on_exit;
  };

  // Queues a frame; never blocks.
  virtual void Send(Frame frame) = 0;
  virtual void Kill() = 0;  // SIGKILL; on_exit follows
  // CPU time used by the child so far, for the watchdog; -1 when it is gone.
  virtual int64_t CpuMs() const = 0;
};

class ScriptProcessSpawner {
 public:
  virtual ~ScriptProcessSpawner() = default;
  // Starts hone-script with an empty environment and one socket.
  virtual Result<std::unique_ptr<ScriptProcess>> Spawn(ScriptProcess::Events events) = 0;
};

}  // namespace hone
