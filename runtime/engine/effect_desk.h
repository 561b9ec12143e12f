// EffectDesk: what the effects of a session share: the guard that holds them, the container engine,
// how many containers there are at the same time, and images that are made once.
//
// Containers beyond the limit wait in the order of asking. One whose path, or a path above it, has
// a container already does not wait: nobody else could give it a place, so waiting for one could
// last for ever. Loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/asset.h"
#include "engine/facilities.h"
#include "ports/clock.h"
#include "primitives/container_open.h"

namespace hone {

class EffectDesk {
 public:
  struct Options {
    Facilities facilities;
    const Clock* clock = nullptr;
    std::string owner;                 // label of what is made
    const AssetMap* assets = nullptr;  // never null in a made desk
  };

  explicit EffectDesk(Options options);
  ~EffectDesk();
  EffectDesk(const EffectDesk&) = delete;
  EffectDesk& operator=(const EffectDesk&) = delete;

  [[nodiscard]] const Facilities& facilities() const { return options_.facilities; }
  // REQUIRES: there is an engine.
  [[nodiscard]] ContainerKit kit() const {
    return {options_.facilities.containers, sessions_.get(), options_.clock, options_.owner};
  }
  [[nodiscard]] const AssetMap& assets() const { return *options_.assets; }

  // Calls `go` when nothing is held, at once or later; with an error after Stop.
  void Pass(std::function<void(Status)> go);
  void Hold(bool hold);
  // Nothing starts any more; what waits ends with `why`.
  void Stop(Error why);

  // A place for a container: given back by Free, or by Destroy of the container that took it.
  void TakePlace(bool waits, std::function<void(Status)> go);
  void FreePlace();
  // Destroys a container and frees its place when it is gone.
  void Destroy(const ContainerEngine::ContainerId& container);

  // The image, made once for everybody who asks for the same one. A folder's content is checked
  // before it is used.
  void Prepare(const ImageSpec& image, const Asset* folder, ContainerEngine::Done<ImageInfo> done);

  // No container is there.
  [[nodiscard]] bool is_quiet() const { return taken_ == 0; }
  void OnQuiet(std::function<void()> on_quiet) { on_quiet_ = std::move(on_quiet); }

 private:
  struct Image {
    std::optional<ImageInfo> made;
    std::vector<ContainerEngine::Done<ImageInfo>> waiting;
  };

  void Admit();

  Options options_;
  std::unique_ptr<ContainerSession> sessions_;  // null without an engine
  bool held_ = false;
  std::optional<Error> stopped_;
  std::vector<std::function<void(Status)>> held_effects_;
  int taken_ = 0;
  std::deque<std::function<void(Status)>> waiting_;
  std::map<std::string, Image> images_;
  std::function<void()> on_quiet_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hone
