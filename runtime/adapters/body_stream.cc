#include "adapters/body_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/json.h"

namespace hone {
namespace {

constexpr std::size_t kRememberedBytes = 4096;  // counting less is cheaper than looking it up

// Bytes each byte takes inside a JSON string: the rules of AppendJsonStringBody as a table.
constexpr std::array<uint8_t, 256> kEscapedSize = [] {
  std::array<uint8_t, 256> sizes{};
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = i < 0x20 ? 6 : 1;
  for (const char c : {'"', '\\', '\b', '\f', '\n', '\r', '\t'}) {
    sizes[static_cast<unsigned char>(c)] = 2;
  }
  return sizes;
}();

std::size_t EscapedSize(char c) { return kEscapedSize[static_cast<unsigned char>(c)]; }

}  // namespace

std::size_t JsonEscapedLength(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) length += EscapedSize(c);
  return length;
}

std::size_t EscapedLengths::Of(const std::shared_ptr<const std::string>& text) {
  if (text->size() < kRememberedBytes) return JsonEscapedLength(*text);
  Known& known = known_[text.get()];
  // Same owner, hence the same text; an expired or foreign entry is replaced.
  if (!known.text.owner_before(text) && !text.owner_before(known.text)) return known.length;
  known = {text, JsonEscapedLength(*text)};
  const std::size_t length = known.length;
  if (known_.size() >= prune_at_) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.text.expired(); });
    prune_at_ = std::max<std::size_t>(1024, 2 * known_.size());
  }
  return length;
}

std::size_t BodyStream::Length(EscapedLengths* lengths) const {
  std::size_t total = 0;
  for (const BodyPiece& piece : pieces_) {
    total += piece.json_escape ? lengths->Of(piece.bytes) : piece.bytes->size();
  }
  return total;
}

std::size_t BodyStream::Read(char* out, std::size_t capacity) {
  std::size_t written = 0;
  while (written < capacity) {
    if (escape_at_ < escape_size_) {
      out[written++] = escape_[escape_at_++];
      continue;
    }
    if (piece_ == pieces_.size()) break;
    const BodyPiece& piece = pieces_[piece_];
    const std::string_view rest = std::string_view(*piece.bytes).substr(offset_);
    if (rest.empty()) {
      ++piece_;
      offset_ = 0;
      continue;
    }
    std::size_t plain = std::min(rest.size(), capacity - written);
    if (piece.json_escape) {
      const std::size_t limit = plain;
      plain = 0;
      while (plain < limit && EscapedSize(rest[plain]) == 1) ++plain;
    }
    std::memcpy(out + written, rest.data(), plain);
    written += plain;
    offset_ += plain;
    if (plain == 0) {
      std::string escaped;  // at most six bytes: never on the heap
      AppendJsonStringBody(rest.substr(0, 1), &escaped);
      std::copy(escaped.begin(), escaped.end(), escape_.begin());
      escape_at_ = 0;
      escape_size_ = escaped.size();
      ++offset_;
    }
  }
  return written;
}

void BodyStream::Rewind() {
  piece_ = 0;
  offset_ = 0;
  escape_at_ = 0;
  escape_size_ = 0;
}

std::string BodyStream::Render(const std::vector<BodyPiece>& pieces) {
  std::string out;
  for (const BodyPiece& piece : pieces) {
    if (piece.json_escape) {
      AppendJsonStringBody(*piece.bytes, &out);
    } else {
      out += *piece.bytes;
    }
  }
  return out;
}

}  // namespace hone
