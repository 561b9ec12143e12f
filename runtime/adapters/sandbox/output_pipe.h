// OutputPipe: what a command writes to one of its streams, up to a limit; the rest is dropped.
//
// It is read to its end even when nobody asks any more, so that whatever is left behind in the
// container does not die of a closed pipe. Thread: loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/child_start.h"
#include "adapters/fd_watch.h"

namespace hone {

class OutputPipe {
 public:
  // `fd`: the reading end, non-blocking.
  OutputPipe(UvEventLoop& loop, OwnedFd fd, int64_t max_bytes);

  // Reads what the pipe holds now, at most its capacity: more is of somebody who still writes.
  void Drain();
  // From here on everything is dropped; `on_end` is called at the end of the stream, after which
  // nothing of this is used.
  void Drop(std::function<void()> on_end);

  std::string Take() { return std::move(text_); }
  [[nodiscard]] bool is_truncated() const { return is_truncated_; }
  [[nodiscard]] bool is_at_end() const { return watch_ == nullptr; }

 private:
  // Reads up to `bytes`.
  void Read(std::size_t bytes);

  OwnedFd fd_;
  std::size_t max_bytes_;
  std::string text_;
  bool is_truncated_ = false;
  bool is_dropping_ = false;
  std::function<void()> on_end_;
  std::unique_ptr<FdWatch> watch_;
};

}  // namespace hone
