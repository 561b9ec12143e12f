#include "adapters/sandbox/output_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kChunk = 64U << 10U;
constexpr std::size_t kBytesPerTurn = 1U << 20U;  // then others have their turn

}  // namespace

OutputPipe::OutputPipe(UvEventLoop& loop, OwnedFd fd, int64_t max_bytes)
    : fd_(std::move(fd)), max_bytes_(static_cast<std::size_t>(std::max<int64_t>(0, max_bytes))) {
  watch_ = std::make_unique<FdWatch>(loop, fd_.get(), UV_READABLE,
                                     [this](int /*ready*/) { Read(kBytesPerTurn); });
}

void OutputPipe::Drain() {
  const int capacity = fcntl(fd_.get(), F_GETPIPE_SZ);
  if (capacity > 0) Read(static_cast<std::size_t>(capacity));
}

void OutputPipe::Drop(std::function<void()> on_end) {
  is_dropping_ = true;
  on_end_ = std::move(on_end);
}

void OutputPipe::Read(std::size_t bytes) {
  static thread_local std::array<char, kChunk> buffer;
  while (bytes > 0 && watch_) {
    const ssize_t got = read(fd_.get(), buffer.data(), std::min(bytes, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      watch_.reset();
      fd_.Reset();
      if (on_end_) std::exchange(on_end_, nullptr)();
      return;
    }
    const auto size = static_cast<std::size_t>(got);
    bytes -= size;
    if (is_dropping_) continue;
    const std::size_t room = max_bytes_ - text_.size();
    text_.append(buffer.data(), std::min(room, size));
    is_truncated_ = is_truncated_ || size > room;
  }
}

}  // namespace hone
