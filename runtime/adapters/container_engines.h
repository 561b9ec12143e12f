// MakeContainerEngine: the back end of the port ContainerEngine that the user chose.
//
// Thread: loop's thread. The engine must be destroyed before the loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/uv_event_loop.h"
#include "base/result.h"
#include "ports/container_engine.h"

namespace hone {

struct ContainerEngineOptions {
  std::string backend = "bubblewrap";  // or "docker"
  std::string socket;                  // docker: path of its Unix socket, "" for the usual one
  std::string images;                  // bubblewrap: folder of the image store
  std::string keeper_program;          // bubblewrap: absolute path of hone-keeper
  std::string session_program;         // docker: absolute path of hone-session
};

// The names that `backend` may have.
const std::vector<std::string>& ContainerBackends();

// Fails with kInvalidArgument for an unknown back end, kUnavailable when it is not on this machine.
Result<std::unique_ptr<ContainerEngine>> MakeContainerEngine(const ContainerEngineOptions& options,
                                                             UvEventLoop* loop);

// Removes what runners that died have left of containers, as each start of an engine does; how many
// runners that were. Blocks.
Result<int> RemoveLeftContainers(const ContainerEngineOptions& options, UvEventLoop* loop);
// How many runners there are whose containers could be removed. Blocks.
Result<int> CountLeftContainers(const ContainerEngineOptions& options, UvEventLoop* loop);

}  // namespace hone
