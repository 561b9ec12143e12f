// The effect "container.open": arguments of a recipe -> an image and a container of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "data/asset.h"
#include "primitives/container_box.h"

namespace hone {

struct ContainerWish {
  ImageSpec image;
  // A Dockerfile's folder: its content is checked before it is used (CheckAsset).
  const Asset* folder = nullptr;
  ContainerLimits limits;
  std::map<std::string, std::string> env;
  std::string workdir, user;
  std::optional<int64_t> time_ms;
  const Asset* published_tests = nullptr;  // there from the start: the published, unsafe order
};

// Errors are misuse.
Result<ContainerWish> ReadContainerOpen(const Json& args, const AssetMap& assets);

// What containers are made with. All must outlive them.
struct ContainerKit {
  ContainerEngine* engine = nullptr;
  ContainerSession* sessions = nullptr;
  const Clock* clock = nullptr;
  std::string owner;  // label of what is made
};

// Makes the container of an image that is prepared. Errors are the engine's.
void OpenContainer(const ContainerKit& kit, const ContainerWish& wish, const ImageInfo& image,
                   std::function<void(Result<std::shared_ptr<ContainerBox>>)> done);

// Variables of an argument `env`.
Result<std::map<std::string, std::string>> ReadEnv(const Json& env, const std::string& where);

}  // namespace hone
