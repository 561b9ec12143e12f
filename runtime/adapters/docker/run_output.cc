#include "adapters/docker/run_output.h"

#include <charconv>
#include <utility>

#include "adapters/session/run_frames.h"

namespace hone {
namespace {

constexpr std::size_t kMostFrame = 1U << 20U;  // hone-session's are 64 KiB at most

// A number at the start; what follows its blank stays in `words`.
int TakeNumber(std::string_view* words, int fallback) {
  int number = fallback;
  const char* last = words->data() + words->size();
  const auto read = std::from_chars(words->data(), last, number);
  if (read.ec != std::errc() || read.ptr == last || *read.ptr != ' ') return fallback;
  words->remove_prefix(static_cast<std::size_t>(read.ptr - words->data()) + 1);
  return number;
}

}  // namespace

void RunOutput::Feed(std::string_view bytes) {
  if (has_end_) return;
  buffer_ += bytes;
  std::size_t at = 0;
  while (!has_end_ && buffer_.size() - at >= kRunFrameHeader) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[at + i]); };
    const std::size_t size = std::size_t{byte(1)} << 24U | std::size_t{byte(2)} << 16U |
                             std::size_t{byte(3)} << 8U | byte(4);
    if (size > kMostFrame) {
      buffer_.clear();  // no frame of hone-session
      return;
    }
    if (buffer_.size() - at - kRunFrameHeader < size) break;
    Frame(byte(0), std::string_view(buffer_).substr(at + kRunFrameHeader, size));
    at += kRunFrameHeader + size;
  }
  buffer_.erase(0, at);
}

void RunOutput::Frame(unsigned char kind, std::string_view body) {
  switch (static_cast<RunFrame>(kind)) {
    case RunFrame::kOutput:
      return Append(body, &end_.out, &end_.out_truncated);
    case RunFrame::kError:
      return Append(body, &end_.err, &end_.err_truncated);
    case RunFrame::kEnd:
      return End(body);
    case RunFrame::kFailed:
      return Failed(body);
    case RunFrame::kBegun:
      has_begun_ = true;
      return;
  }
}

void RunOutput::Append(std::string_view bytes, std::string* text, bool* truncated) const {
  const std::size_t room = static_cast<std::size_t>(limit_) - text->size();
  if (bytes.size() > room) *truncated = true;
  text->append(bytes.substr(0, room));
}

void RunOutput::End(std::string_view words) {
  has_end_ = true;
  end_.exit_code = TakeNumber(&words, -1);
  is_stuck_ = words == "stuck";
  end_.timed_out = words == "time" || is_stuck_;
  end_.killed_by = end_.timed_out ? "time" : words == "memory" ? "memory" : "";
}

void RunOutput::Failed(std::string_view words) {
  has_end_ = true;
  end_.exit_code = TakeNumber(&words, 127);
  const std::string line = std::string(words) + "\n";
  Append(line, &end_.err, &end_.err_truncated);
}

ExecEnd RunOutput::Take() { return std::move(end_); }

}  // namespace hone
