// SystemClock: the machine's clocks. Any thread.
#pragma once

#include <cstdint>

#include "ports/clock.h"

namespace hone {

class SystemClock final : public Clock {
 public:
  int64_t NowMs() const override;
  int64_t MonotonicMs() const override;
};

}  // namespace hone
