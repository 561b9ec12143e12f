#include "data/text_file.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "data/byte_source.h"

namespace hone {
namespace {

// Code points of Windows-1252 for the bytes 0x80 to 0x9F; 0 where the code page has a hole.
constexpr std::array<uint16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xC0U | (code >> 6U));
    *out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    *out += static_cast<char>(0xE0U | (code >> 12U));
    *out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    *out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

// The offset of the first byte that is not part of valid UTF-8, by bisection over valid prefixes.
std::size_t FirstInvalid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    std::size_t length = 0;
    for (std::size_t n = 2; n <= 4 && at + n <= text.size() && length == 0; ++n) {
      if (IsValidUtf8(text.substr(at, n))) length = n;
    }
    if (length == 0) return at;
    at += length;
  }
  return at;
}

bool IsTextControl(unsigned char c) {
  return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\b' || c == 0x1B || c == '\v';
}

}  // namespace

Result<TextFile> DecodeText(std::string_view bytes, const std::string& name) {
  const std::string where = OneLine(name, 300);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return Invalid(where +
                   ": is UTF-16 text (byte order mark at byte 0); convert it to UTF-8 first");
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::size_t controls = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == 0) {
      return Invalid(where + ": is not a text file (NUL at byte " + std::to_string(i) + ")");
    }
    if (c < 0x20 && !IsTextControl(c) && ++controls > 16 + bytes.size() / 100) {
      return Invalid(where + ": is not a text file (control character at byte " +
                     std::to_string(i) + ")");
    }
  }
  TextFile file;
  file.text.reserve(bytes.size());
  const bool utf8 = IsValidUtf8(bytes);
  if (!utf8) {
    const std::size_t at = FirstInvalid(bytes);
    for (const char byte : bytes) {
      const auto c = static_cast<unsigned char>(byte);
      const bool hole = c >= 0x80 && c < 0xA0 && kWindows1252[c - 0x80U] == 0;
      if (hole) {
        return Invalid(where + ": is neither UTF-8 nor Windows-1252 (byte " + std::to_string(at) +
                       "); convert it to UTF-8 first");
      }
    }
    file.note = where + ": read as Windows-1252, because byte " + std::to_string(at) +
                " is not valid UTF-8";
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '\r') {
      file.text += '\n';
      if (i + 1 < bytes.size() && bytes[i + 1] == '\n') ++i;
    } else if (c == '\f' || c == '\v') {
      file.text += '\n';
    } else if (c < 0x80 || utf8) {
      file.text += bytes[i];
    } else {
      AppendUtf8(c < 0xA0 ? kWindows1252[c - 0x80U] : c, &file.text);
    }
  }
  return file;
}

Result<TextFile> ReadTextFile(const std::string& path, std::size_t max_bytes) {
  HONE_ASSIGN(ByteSource source, ByteSource::Open(path));
  std::string bytes;
  while (true) {
    HONE_ASSIGN(const std::size_t count, source.Read(max_bytes + 1 - bytes.size(), &bytes));
    if (count == 0) break;
    if (bytes.size() > max_bytes) {
      return Invalid(OneLine(path, 300) + ": holds more than " + std::to_string(max_bytes) +
                     " bytes of text; leave it out with `include`, or split it");
    }
  }
  return DecodeText(bytes, path);
}

bool LooksLikeMarkup(std::string_view text) {
  const std::string head = ToLowerAscii(Trim(text.substr(0, 512)));
  return head.starts_with("<!doctype") || head.starts_with("<html") || head.starts_with("<?xml") ||
         head.starts_with("<svg") || head.starts_with("{\\rtf") || head.starts_with("%!ps");
}

}  // namespace hone
