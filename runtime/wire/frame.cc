#include "wire/frame.h"

namespace hone {
namespace {

constexpr std::size_t kHeaderBytes = 5;

}  // namespace

void AppendFrame(const Frame& frame, std::string* out) {
  const auto size = static_cast<uint32_t>(frame.payload.size());
  for (unsigned i = 0; i < 4; ++i) out->push_back(static_cast<char>((size >> (8U * i)) & 0xFFU));
  out->push_back(static_cast<char>(frame.type));
  *out += frame.payload;
}

void FrameReader::Feed(std::string_view bytes) {
  if (start_ > 0 && start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  }
  buffer_ += bytes;
}

Result<std::optional<Frame>> FrameReader::Next() {
  if (buffer_.size() - start_ < kHeaderBytes) return std::optional<Frame>();
  uint32_t size = 0;
  for (unsigned i = 0; i < 4; ++i) {
    size |= static_cast<uint32_t>(static_cast<unsigned char>(buffer_[start_ + i])) << (8U * i);
  }
  if (size > kMaxFrameBytes) {
    return Fail(ErrorCode::kCorrupt, "a frame of " + std::to_string(size) + " bytes is too large");
  }
  if (buffer_.size() - start_ < kHeaderBytes + size) {
    if (start_ > (1U << 20U)) {
      buffer_.erase(0, start_);
      start_ = 0;
    }
    return std::optional<Frame>();
  }
  Frame frame;
  frame.type = static_cast<FrameType>(static_cast<unsigned char>(buffer_[start_ + 4]));
  frame.payload.assign(buffer_, start_ + kHeaderBytes, size);
  start_ += kHeaderBytes + size;
  return std::optional<Frame>(std::move(frame));
}

}  // namespace hone
