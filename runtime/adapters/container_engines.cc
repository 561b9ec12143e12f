#include "adapters/container_engines.h"

#include <algorithm>
#include <optional>

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

namespace {

// Asks a Docker back end for a number, and waits for it.
Result<int> AskDocker(const ContainerEngineOptions& options, UvEventLoop* loop,
                      void (DockerEngine::*ask)(ContainerEngine::Done<int>)) {
  DockerEngine engine(*loop, {options.socket, options.session_program});
  std::optional<Result<int>> answer;
  (engine.*ask)([&](Result<int> number) {
    answer = std::move(number);
    loop->Stop();
  });
  while (!answer) loop->Run();
  return *answer;
}

}  // namespace

Result<int> RemoveLeftContainers(const ContainerEngineOptions& options, UvEventLoop* loop) {
  if (options.backend == "docker") return AskDocker(options, loop, &DockerEngine::ReapDead);
  return RemoveDeadOwners(options.images);
}

Result<int> CountLeftContainers(const ContainerEngineOptions& options, UvEventLoop* loop) {
  if (options.backend == "docker") return AskDocker(options, loop, &DockerEngine::CountDead);
  return static_cast<int>(DeadOwners(options.images).size());
}

}  // namespace hone
