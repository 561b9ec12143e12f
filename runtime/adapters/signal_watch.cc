#include "adapters/signal_watch.h"

#include <array>
#include <csignal>
#include <utility>

#include "base/result.h"

namespace hone {

struct SignalWatch::State {
  std::function<void(int)> on_signal;
  std::array<uv_signal_t, 2> handles{};
  int open_handles = 0;
};

SignalWatch::SignalWatch(UvEventLoop& loop, std::function<void(int)> on_signal)
    : state_(new State) {
  IgnoreBrokenPipes();
  state_->on_signal = std::move(on_signal);
  constexpr std::array<int, 2> kSignals = {SIGINT, SIGTERM};
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    uv_signal_t* handle = &state_->handles[i];
    HONE_CHECK(uv_signal_init(loop.uv(), handle) == 0);
    handle->data = state_;
    ++state_->open_handles;
    const int started = uv_signal_start(
        handle,
        [](uv_signal_t* signal, int number) {
          static_cast<State*>(signal->data)->on_signal(number);
        },
        kSignals[i]);
    HONE_CHECK(started == 0);
  }
}

SignalWatch::~SignalWatch() {
  for (uv_signal_t& handle : state_->handles) {
    uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* closed) {
      auto* state = static_cast<State*>(closed->data);
      if (--state->open_handles == 0) delete state;
    });
  }
}

void IgnoreBrokenPipes() {
  struct sigaction present {};
  if (sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
    present.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &present, nullptr);
  }
}

}  // namespace hone
