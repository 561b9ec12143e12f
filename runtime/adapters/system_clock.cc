#include "adapters/system_clock.h"

#include <chrono>

namespace hone {
namespace {

template <typename Time>
int64_t MsSinceEpoch(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

int64_t SystemClock::NowMs() const { return MsSinceEpoch(std::chrono::system_clock::now()); }
int64_t SystemClock::MonotonicMs() const { return MsSinceEpoch(std::chrono::steady_clock::now()); }

}  // namespace hone
