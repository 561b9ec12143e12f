#include "adapters/fd_watch.h"

#include <memory>
#include <utility>

#include "base/result.h"

namespace hone {

struct FdWatch::Handle {
  uv_poll_t poll{};
  std::shared_ptr<OnReady> on_ready;  // held by a call in progress, too
};

FdWatch::FdWatch(UvEventLoop& loop, int fd, int events, OnReady on_ready) : handle_(new Handle) {
  handle_->on_ready = std::make_shared<OnReady>(std::move(on_ready));
  handle_->poll.data = handle_;
  HONE_CHECK(uv_poll_init(loop.uv(), &handle_->poll, fd) == 0);
  Watch(events);
}

FdWatch::~FdWatch() {
  handle_->on_ready.reset();
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->poll),
           [](uv_handle_t* closed) { delete static_cast<Handle*>(closed->data); });
}

void FdWatch::Watch(int events) {
  if (events == 0) {
    uv_poll_stop(&handle_->poll);
    return;
  }
  const int started =
      uv_poll_start(&handle_->poll, events, [](uv_poll_t* poll, int status, int ready) {
        const std::shared_ptr<OnReady> call = static_cast<Handle*>(poll->data)->on_ready;
        if (call) (*call)(status < 0 ? UV_READABLE : ready);
      });
  HONE_CHECK(started == 0);
}

}  // namespace hone
