// DockerImages: images by name, images built from a folder, and what an image's configuration says.
//
// An image that is built is tagged by what it was built of ("hone-build:<hash>": the folder's
// content and whether its RUN steps had a network), and found by that tag the next time. Nothing is
// pulled by name: an image that is not there is kNotFound.
//
// Thread: loop's thread; `done` as DockerApi says.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/docker/docker_api.h"
#include "ports/container_engine.h"

namespace hone {

class DockerImages {
 public:
  using Done = std::function<void(Result<ImageInfo>)>;

  DockerImages(UvEventLoop& loop, DockerApi& api) : loop_(loop), api_(api) {}

  void Prepare(ImageSpec image, Done done);
  // The image with that name or id, which is what an error calls it.
  void Inspect(const std::string& name, bool is_cached, Done done);

 private:
  [[nodiscard]] std::string NetworkMode(bool network) const;
  void Build(const ImageSpec& image, const std::string& tag, Done done);
  void Send(const ImageSpec& image, const std::string& tag, std::string context, Done done);

  UvEventLoop& loop_;
  DockerApi& api_;
  std::shared_ptr<DockerImages*> self_ = std::make_shared<DockerImages*>(this);
};

// "" when a build's answer (one JSON object a line) tells of no failure; else what failed, with the
// last lines that the build printed.
std::string BuildFailure(const std::string& answer);

}  // namespace hone
