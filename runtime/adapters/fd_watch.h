// FdWatch: calls back when a descriptor is ready. One libuv poll handle with an owner.
//
// Thread: loop's thread; destroyed before the loop. It may be destroyed inside its own callback.
// The descriptor is borrowed, must be non-blocking and outlive the watch.
#pragma once

#include <functional>

#include "adapters/uv_event_loop.h"

namespace hone {

class FdWatch {
 public:
  using OnReady = std::function<void(int events)>;  // UV_READABLE, UV_WRITABLE

  FdWatch(UvEventLoop& loop, int fd, int events, OnReady on_ready);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  void Watch(int events);  // 0: nothing for now

 private:
  struct Handle;
  Handle* handle_;  // deletes itself when libuv has closed it
};

}  // namespace hone
