#include "adapters/uv_event_loop.h"

#include <algorithm>

#include "base/result.h"

namespace hone {
namespace {

struct PoolWork {
  uv_work_t request{};
  EventLoop::Task work;
  EventLoop::Task done;
};

template <typename Handle>
void CloseHandle(Handle* handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
}

}  // namespace

UvEventLoop::UvEventLoop() {
  HONE_CHECK(uv_loop_init(&loop_) == 0);
  loop_.data = this;
  HONE_CHECK(uv_async_init(&loop_, &wakeup_, [](uv_async_t* handle) {
               static_cast<UvEventLoop*>(handle->loop->data)->RunPosted();
             }) == 0);
  HONE_CHECK(uv_idle_init(&loop_, &local_) == 0);
  HONE_CHECK(uv_timer_init(&loop_, &timer_) == 0);
}

UvEventLoop::~UvEventLoop() {
  loop_.data = nullptr;  // pool work that ends from here on drops its `done`
  CloseHandle(&wakeup_);
  CloseHandle(&local_);
  CloseHandle(&timer_);
  uv_run(&loop_, UV_RUN_DEFAULT);
  HONE_CHECK(uv_loop_close(&loop_) == 0);  // else a handle outlives the loop it is on
}

void UvEventLoop::Post(Task task) {
  if (OnLoopThread()) {
    local_tasks_.push_back(std::move(task));
    if (local_tasks_.size() == 1) {
      uv_idle_start(&local_, [](uv_idle_t* handle) {
        static_cast<UvEventLoop*>(handle->loop->data)->RunLocal();
      });
    }
    return;
  }
  bool was_empty = false;
  {
    std::lock_guard lock(mutex_);
    was_empty = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (was_empty) uv_async_send(&wakeup_);
}

void UvEventLoop::RunPosted() {
  std::vector<Task> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (Task& task : tasks) task();
}

void UvEventLoop::RunLocal() {
  // Tasks posted meanwhile wait for the next turn, so that sockets and timers are never starved.
  std::vector<Task> tasks;
  tasks.swap(local_tasks_);
  uv_idle_stop(&local_);
  for (Task& task : tasks) task();
}

EventLoop::TimerId UvEventLoop::After(int64_t delay_ms, Task task) {
  // The loop's idea of now may be old when a long callback is running; a timer must not fire early.
  uv_update_time(&loop_);
  const uint64_t due = uv_now(&loop_) + static_cast<uint64_t>(std::max<int64_t>(delay_ms, 0));
  const TimerId id = ++last_timer_;
  timers_.emplace(TimerKey{due, id}, std::move(task));
  due_.emplace(id, due);
  if (timers_.begin()->first.second == id) ArmTimer();
  return id;
}

void UvEventLoop::CancelTimer(TimerId timer) {
  const auto found = due_.find(timer);
  if (found == due_.end()) return;
  timers_.erase(TimerKey{found->second, timer});
  due_.erase(found);
  if (timers_.empty()) uv_timer_stop(&timer_);
}

void UvEventLoop::ArmTimer() {
  if (timers_.empty()) return;
  const uint64_t due = timers_.begin()->first.first;
  const uint64_t now = uv_now(&loop_);
  uv_timer_start(
      &timer_,
      [](uv_timer_t* handle) { static_cast<UvEventLoop*>(handle->loop->data)->RunTimers(); },
      due > now ? due - now : 0, 0);
}

void UvEventLoop::RunTimers() {
  const uint64_t now = uv_now(&loop_);
  const TimerId newest = last_timer_;  // a timer set by a task runs in a later turn
  while (!timers_.empty()) {
    const auto first = timers_.begin();
    if (first->first.first > now || first->first.second > newest) break;
    Task task = std::move(first->second);
    due_.erase(first->first.second);
    timers_.erase(first);
    task();
  }
  ArmTimer();
}

void UvEventLoop::InPool(Task work, Task done) {
  auto* item = new PoolWork;  // owned by libuv until the callback below
  item->work = std::move(work);
  item->done = std::move(done);
  item->request.data = item;
  const int queued = uv_queue_work(
      &loop_, &item->request,
      [](uv_work_t* request) { static_cast<PoolWork*>(request->data)->work(); },
      [](uv_work_t* request, int /*status*/) {
        const std::unique_ptr<PoolWork> ended(static_cast<PoolWork*>(request->data));
        if (request->loop->data != nullptr) ended->done();
      });
  HONE_CHECK(queued == 0);
}

void UvEventLoop::Run() {
  loop_thread_ = std::this_thread::get_id();
  while (!stopped_) uv_run(&loop_, UV_RUN_DEFAULT);
  stopped_ = false;
  loop_thread_ = std::thread::id();
}

void UvEventLoop::Stop() {
  stopped_ = true;
  uv_stop(&loop_);
}

}  // namespace hone
