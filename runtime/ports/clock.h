// Clock: time for records, never for a recipe.
#pragma once

#include <cstdint>

namespace hone {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t NowMs() const = 0;        // UTC, milliseconds since 1970
  virtual int64_t MonotonicMs() const = 0;  // for durations
};

}  // namespace hone
