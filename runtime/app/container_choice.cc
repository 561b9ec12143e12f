#include "app/container_choice.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/text.h"

namespace hone {
namespace {

// A variable of the real environment; "" when it is not there.
std::string Own(const Environment& environment, const std::string& name) {
  if (environment.SourceOf(name) != "environment") return "";
  return environment.Get(name).value_or("");
}

std::string ImagesFolder(const ContainersConfig& config, const Environment& environment) {
  if (const std::string named = Own(environment, "HONE_IMAGES"); !named.empty()) return named;
  if (!config.images.empty()) return config.images;
  if (const std::string cache = Own(environment, "XDG_CACHE_HOME"); !cache.empty()) {
    return cache + "/hone/images";
  }
  const std::string home = Own(environment, "HOME");
  return home.empty() ? "" : home + "/.cache/hone/images";
}

}  // namespace

Result<ContainerEngineOptions> ChooseContainers(const ContainersConfig& config,
                                                const Environment& environment,
                                                const Installation& installation) {
  ContainerEngineOptions options;
  if (!config.backend.empty()) options.backend = config.backend;
  if (const auto named = environment.Get("HONE_CONTAINERS")) {
    const std::vector<std::string>& known = ContainerBackends();
    if (std::find(known.begin(), known.end(), *named) == known.end()) {
      return Invalid("HONE_CONTAINERS is '" + OneLine(*named, 80) + "', which is no back end" +
                     NameHint(*named, known));
    }
    options.backend = *named;
  }
  options.socket = config.socket;
  constexpr std::string_view kUnix = "unix://";
  if (const std::string host = Own(environment, "DOCKER_HOST");
      options.socket.empty() && host.starts_with(kUnix)) {
    options.socket = host.substr(kUnix.size());
  }
  options.keeper_program = installation.keeper_program;
  options.session_program = installation.session_program;
  const std::string images = ImagesFolder(config, environment);
  if (images.empty()) {
    return Invalid("there is no folder for images: set HONE_IMAGES, or HOME");
  }
  options.images = std::filesystem::absolute(images).lexically_normal().string();
  return options;
}

}  // namespace hone
