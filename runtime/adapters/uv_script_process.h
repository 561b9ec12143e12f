// UvScriptProcessSpawner: starts hone-script children, each with nothing but one socket.
//
// A child gets an empty environment, its own session (so that a Ctrl-C at the terminal is ours to
// handle), default signal dispositions, /dev/null as stdin and stdout, and its end of a socket pair
// as descriptor kScriptSocketFd; every other descriptor is closed in it. It dies when hone dies:
// the kernel kills it with the thread that spawned it, and its socket closes.
//
// Thread: the loop's thread, which must also be the thread that spawns (see above) and must outlive
// the children. Processes and spawner must be destroyed before the loop. A process may be destroyed
// inside its own callbacks.
#pragma once

#include <memory>
#include <string>

#include "adapters/uv_event_loop.h"
#include "ports/script_process.h"

namespace hone {

class UvScriptProcessSpawner final : public ScriptProcessSpawner {
 public:
  struct Options {
    std::string program;  // absolute path of hone-script
    // The child's stderr is ours; else /dev/null. For debugging only: what a script writes there is
    // not made safe for a terminal.
    bool inherit_stderr = false;
  };

  UvScriptProcessSpawner(UvEventLoop& loop, Options options);

  // Fails when the program cannot be started (the message names the path and the reason) or the
  // system is out of descriptors or processes.
  Result<std::unique_ptr<ScriptProcess>> Spawn(ScriptProcess::Events events) override;

 private:
  UvEventLoop& loop_;
  Options options_;
};

}  // namespace hone
