// BodyStream: a request body read piece by piece, JSON-escaped on the way, so that a text shared by
// a thousand requests in flight exists once. Loop's thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/http_client.h"

namespace hone {

// Lengths of large texts after escaping, remembered as long as somebody holds the text.
class EscapedLengths {
 public:
  std::size_t Of(const std::shared_ptr<const std::string>& text);

 private:
  struct Known {
    std::weak_ptr<const std::string> text;  // tells a new text at an old address from the old one
    std::size_t length = 0;
  };
  std::unordered_map<const std::string*, Known> known_;
  std::size_t prune_at_ = 1024;
};

class BodyStream {
 public:
  BodyStream() = default;
  explicit BodyStream(std::vector<BodyPiece> pieces) : pieces_(std::move(pieces)) {}

  // Copies up to `capacity` of the next bytes to `out`; 0 at the end. REQUIRES: capacity > 0.
  std::size_t Read(char* out, std::size_t capacity);
  void Rewind();
  [[nodiscard]] std::size_t Length(EscapedLengths* lengths) const;
  // All of it at once.
  static std::string Render(const std::vector<BodyPiece>& pieces);

 private:
  std::vector<BodyPiece> pieces_;
  std::size_t piece_ = 0;
  std::size_t offset_ = 0;
  std::array<char, 6> escape_{};  // an escape sequence that did not fit
  std::size_t escape_at_ = 0;
  std::size_t escape_size_ = 0;
};

// The number of bytes of AppendJsonStringBody(text).
std::size_t JsonEscapedLength(std::string_view text);

}  // namespace hone
