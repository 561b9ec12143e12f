#include "adapters/container_engines.h"

#include <algorithm>

#include "adapters/docker/docker_engine.h"
#include "adapters/sandbox/bubblewrap_engine.h"
#include "base/text.h"

namespace hone {

const std::vector<std::string>& ContainerBackends() {
  static const std::vector<std::string> names = {"bubblewrap", "docker"};
  return names;
}

Result<std::unique_ptr<ContainerEngine>> MakeContainerEngine(const ContainerEngineOptions& options,
                                                             UvEventLoop* loop) {
  const std::vector<std::string>& names = ContainerBackends();
  if (std::find(names.begin(), names.end(), options.backend) == names.end()) {
    return Invalid("there is no container back end '" + options.backend + "'" +
                   NameHint(options.backend, names));
  }
  if (options.backend == "bubblewrap") {
    HONE_ASSIGN(std::unique_ptr<BubblewrapEngine> engine,
                BubblewrapEngine::Make({options.images, options.keeper_program}, loop));
    return std::unique_ptr<ContainerEngine>(std::move(engine));
  }
  return std::unique_ptr<ContainerEngine>(std::make_unique<DockerEngine>(
      *loop, DockerEngineOptions{options.socket, options.session_program}));
}

Result<int> RemoveLeftContainers(const ContainerEngineOptions& options, UvEventLoop* /*loop*/) {
  return RemoveDeadOwners(options.images);
}

int CountLeftContainers(const ContainerEngineOptions& options) {
  return static_cast<int>(DeadOwners(options.images).size());
}

}  // namespace hone
