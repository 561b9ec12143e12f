// ContainerBox: a container that is there, as the effects on it see it. Loop's thread; shared by
// whoever waits for something in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "ports/clock.h"
#include "ports/container_engine.h"
#include "primitives/container_session.h"

namespace hone {

struct ContainerBox {
  ContainerEngine* engine = nullptr;
  ContainerSession* sessions = nullptr;  // terminals and processes in it
  const Clock* clock = nullptr;          // of what they take
  ContainerEngine::ContainerId id;       // verification puts another one in its place
  ImageInfo image;
  ContainerSpec spec;              // what it was made of
  std::string workdir, user;       // of its commands; "": the image's
  std::optional<int64_t> time_ms;  // for all its commands together
  bool has_tests = false;          // from the start: whatever is verified here is unsafe
  int64_t used_ms = 0;             // of time_ms
  bool is_given_up = false;        // its unit is gone: whatever is made for it is destroyed

  [[nodiscard]] std::optional<int64_t> time_left_ms() const {
    if (!time_ms) return std::nullopt;
    return std::max<int64_t>(0, *time_ms - used_ms);
  }
};

// What a path is resolved against: "/app" and "x/y" are "/app/x/y".
inline std::string AbsolutePath(const ContainerBox& box, const std::string& path) {
  if (path.starts_with("/")) return path;
  const std::string& base = box.workdir.empty() ? box.image.workdir : box.workdir;
  return (base.empty() || base == "/" ? "/" : base + "/") + path;
}

}  // namespace hone
