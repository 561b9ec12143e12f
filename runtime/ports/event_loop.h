// EventLoop: the one loop thread of `hone`. Everything but Post runs on the loop's thread only.
#pragma once

#include <cstdint>
#include <functional>

namespace hone {

class EventLoop {
 public:
  virtual ~EventLoop() = default;

  using Task = std::function<void()>;
  using TimerId = uint64_t;

  // Runs `task` on the loop's thread, soon. The only method that may be called from other threads.
  virtual void Post(Task task) = 0;
  // Runs `task` once, `delay_ms` from now. The timer keeps the loop alive.
  virtual TimerId After(int64_t delay_ms, Task task) = 0;
  virtual void CancelTimer(TimerId timer) = 0;  // an unknown or fired timer is ignored
  // Runs `work` on a pool thread, then `done` on the loop's thread. `work` touches only what it
  // owns.
  virtual void InPool(Task work, Task done) = 0;
  // Runs until Stop() is called.
  virtual void Run() = 0;
  virtual void Stop() = 0;
};

}  // namespace hone
