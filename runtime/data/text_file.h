// The whole text of a file: plain or gzip, as valid UTF-8 with LF line ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

struct TextFile {
  // Valid UTF-8. No byte order mark; CRLF and CR became LF; a form feed became LF.
  std::string text;
  // Empty, or one line that says what was converted ("read as Windows-1252: byte 812 is not
  // UTF-8").
  std::string note;
};

// Reads at most `max_bytes` (after decompression): a larger file is refused, so that a small
// compressed file cannot fill the memory. Text that is not UTF-8 is read as Windows-1252 (which
// agrees with Latin-1 on all letters) and says so in `note`; binary content and UTF-16 are refused
// with the offset of the first offending byte.
Result<TextFile> ReadTextFile(const std::string& path, std::size_t max_bytes);

// The same for bytes in memory; `name` is used in messages only.
Result<TextFile> DecodeText(std::string_view bytes, const std::string& name);

// HTML, XML and the like, told by the first characters: not prose that could be cut into contexts.
bool LooksLikeMarkup(std::string_view text);

}  // namespace hone
