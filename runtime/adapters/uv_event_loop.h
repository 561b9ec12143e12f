// UvEventLoop: the EventLoop of the real program, over one libuv loop.
//
// Thread: the thread that calls Run() is the loop's thread; before Run() only the thread that built
// the loop may use it. Post is safe from everywhere. Whatever holds handles on uv() (HTTP client,
// script processes, signal watch) must be destroyed before the loop.
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ports/event_loop.h"

namespace hone {

class UvEventLoop final : public EventLoop {
 public:
  UvEventLoop();
  // Pool work that has started is waited for; tasks, timers and `done`s not yet run are dropped.
  ~UvEventLoop() override;
  UvEventLoop(const UvEventLoop&) = delete;
  UvEventLoop& operator=(const UvEventLoop&) = delete;

  // Tasks of one thread run in the order they were posted.
  void Post(Task task) override;
  TimerId After(int64_t delay_ms, Task task) override;
  void CancelTimer(TimerId timer) override;
  void InPool(Task work, Task done) override;
  // A Stop() that came before Run() makes it return at once. Run() may be called again afterwards.
  void Run() override;
  void Stop() override;

  // For other adapters: the loop to put handles on. Owned by this object.
  uv_loop_t* uv() { return &loop_; }

 private:
  using TimerKey = std::pair<uint64_t, TimerId>;  // when it is due on uv_now's scale, then its id

  bool OnLoopThread() const { return loop_thread_.load() == std::this_thread::get_id(); }
  void RunPosted();
  void RunLocal();
  void RunTimers();
  void ArmTimer();

  uv_loop_t loop_{};
  uv_async_t wakeup_{};  // something is in posted_
  uv_idle_t local_{};    // active while local_tasks_ holds something: the loop must not sleep
  uv_timer_t timer_{};   // the earliest of timers_
  std::atomic<std::thread::id> loop_thread_{};
  bool stopped_ = false;

  std::mutex mutex_;
  std::vector<Task> posted_;  // guarded by mutex_: from other threads, or before Run()

  std::vector<Task> local_tasks_;  // posted by the loop's own thread: no system call needed
  std::map<TimerKey, Task> timers_;
  std::unordered_map<TimerId, uint64_t> due_;
  TimerId last_timer_ = 0;
};

}  // namespace hone
