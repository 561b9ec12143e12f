// SignalWatch: SIGINT and SIGTERM as a callback on the loop's thread, and no death by SIGPIPE.
//
// While it lives, the signals do nothing else; destroyed, they have their former effect. Destroy it
// before the loop. One per process.
#pragma once

#include <functional>
#include <memory>

#include "adapters/uv_event_loop.h"

namespace hone {

class SignalWatch {
 public:
  // `on_signal` gets the signal's number, once for each time it arrives: the second Ctrl-C is seen.
  SignalWatch(UvEventLoop& loop, std::function<void(int)> on_signal);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct State;
  State* state_;  // deletes itself when libuv has closed its handles
};

// A write to a closed socket becomes an error instead of the end of the process. A handler that
// somebody installed stays.
void IgnoreBrokenPipes();

}  // namespace hone
