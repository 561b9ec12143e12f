#include "adapters/aws_event_stream.h"

#include <zlib.h>

#include <cstdint>
#include <optional>

namespace hone {
namespace {

constexpr std::size_t kPreludeBytes = 12;
constexpr std::size_t kCheckBytes = 4;
constexpr uint8_t kTextType = 7;

uint32_t Number(std::string_view bytes, std::size_t at, std::size_t count) {
  uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

uint32_t Crc(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// Bytes of a header's value by its type, or of its length field; nothing for an unknown type.
std::optional<std::size_t> FixedBytes(uint8_t type) {
  switch (type) {
    case 0:
    case 1:
      return 0;  // true, false
    case 2:
      return 1;
    case 3:
      return 2;
    case 4:
      return 4;
    case 5:
    case 8:
      return 8;  // 64-bit number, time
    case 9:
      return 16;
    default:
      return std::nullopt;
  }
}

bool ReadHeaders(std::string_view bytes, std::map<std::string, std::string>* headers) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t name_size = static_cast<unsigned char>(bytes[at++]);
    if (at + name_size + 1 > bytes.size()) return false;
    const std::string name(bytes.substr(at, name_size));
    at += name_size;
    const auto type = static_cast<uint8_t>(bytes[at++]);
    std::size_t size = 0;
    if (const auto fixed = FixedBytes(type)) {
      size = *fixed;
    } else if (type == 6 || type == kTextType) {
      if (at + 2 > bytes.size()) return false;
      size = Number(bytes, at, 2);
      at += 2;
    } else {
      return false;
    }
    if (at + size > bytes.size()) return false;
    if (type == kTextType) (*headers)[name] = std::string(bytes.substr(at, size));
    at += size;
  }
  return true;
}

void Append(uint32_t value, int count, std::string* out) {
  for (int i = count - 1; i >= 0; --i) {
    *out += static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU);
  }
}

}  // namespace

const std::string& AwsEvent::Header(const std::string& name) const {
  static const std::string kNone;
  const auto found = headers.find(name);
  return found == headers.end() ? kNone : found->second;
}

Status AwsEventStream::Broken(const std::string& why) {
  done_ = true;
  buffer_.clear();
  return Fail(ErrorCode::kBadResponse, "the event stream is broken: " + why);
}

Status AwsEventStream::Feed(std::string_view bytes, const OnEvent& on_event) {
  if (done_) return Ok{};
  buffer_ += bytes;
  std::size_t at = 0;
  while (buffer_.size() - at >= kPreludeBytes) {
    const std::string_view rest = std::string_view(buffer_).substr(at);
    const std::size_t total = Number(rest, 0, 4);
    const std::size_t headers_size = Number(rest, 4, 4);
    if (Number(rest, 8, 4) != Crc(rest.substr(0, 8))) {
      return Broken("a message's lengths do not fit their checksum");
    }
    if (total < kPreludeBytes + kCheckBytes || headers_size > total - kPreludeBytes - kCheckBytes) {
      return Broken("a message's lengths contradict each other");
    }
    if (total > max_message_bytes_) {
      return Broken("a message of " + std::to_string(total) + " bytes is too large");
    }
    if (rest.size() < total) break;
    const std::string_view message = rest.substr(0, total);
    if (Number(message, total - kCheckBytes, 4) != Crc(message.substr(0, total - kCheckBytes))) {
      return Broken("a message does not fit its checksum");
    }
    AwsEvent event;
    if (!ReadHeaders(message.substr(kPreludeBytes, headers_size), &event.headers)) {
      return Broken("a message's headers cannot be read");
    }
    event.payload = message.substr(kPreludeBytes + headers_size,
                                   total - kPreludeBytes - kCheckBytes - headers_size);
    at += total;
    if (!on_event(event)) {
      done_ = true;
      buffer_.clear();
      return Ok{};
    }
  }
  buffer_.erase(0, at);
  return Ok{};
}

std::string WriteAwsEvent(const std::map<std::string, std::string>& headers,
                          std::string_view payload) {
  std::string block;
  for (const auto& [name, value] : headers) {
    block += static_cast<char>(name.size());
    block += name;
    block += static_cast<char>(kTextType);
    Append(static_cast<uint32_t>(value.size()), 2, &block);
    block += value;
  }
  std::string message;
  Append(static_cast<uint32_t>(kPreludeBytes + block.size() + payload.size() + kCheckBytes), 4,
         &message);
  Append(static_cast<uint32_t>(block.size()), 4, &message);
  Append(Crc(message), 4, &message);
  message += block;
  message += payload;
  Append(Crc(message), 4, &message);
  return message;
}

}  // namespace hone
