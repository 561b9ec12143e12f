// AwsEventStream: messages of the type application/vnd.amazon.eventstream out of bytes that arrive
// cut anywhere.
//
// A message: total length and headers' length (4 bytes each, big endian), CRC-32 of those 8 bytes,
// headers, payload, CRC-32 of everything before it. Both checks are made: a stream with a wrong one
// can't be trusted from there on.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

struct AwsEvent {
  std::map<std::string, std::string> headers;  // those whose value is a text
  std::string_view payload;                    // borrowed: valid until the callback returns

  [[nodiscard]] const std::string& Header(const std::string& name) const;  // "" when there is none
};

class AwsEventStream {
 public:
  // False: enough was read; further bytes are ignored.
  using OnEvent = std::function<bool(const AwsEvent&)>;

  explicit AwsEventStream(std::size_t max_message_bytes = 16U << 20U)
      : max_message_bytes_(max_message_bytes) {}

  // Reports the messages that these bytes complete. kBadResponse when a checksum or a length is
  // wrong or a message too large; from then on bytes are ignored.
  Status Feed(std::string_view bytes, const OnEvent& on_event);
  // False when the stream ended inside a message.
  [[nodiscard]] bool AtBoundary() const { return buffer_.empty(); }

 private:
  Status Broken(const std::string& why);

  std::size_t max_message_bytes_;
  std::string buffer_;  // the begun message
  bool done_ = false;
};

// The bytes of one message with text headers: for tests and stand-in servers.
std::string WriteAwsEvent(const std::map<std::string, std::string>& headers,
                          std::string_view payload);

}  // namespace hone
