// LineReader: the lines of some files in order, with their places, in memory that does not grow
// with the files. Files that are gzip are read through (byte_source.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_source.h"
#include "data/file_list.h"

namespace hone {

class LineReader {
 public:
  explicit LineReader(std::vector<ListedFile> files) : files_(std::move(files)) {}

  // The next line that is not blank, trimmed, without a byte order mark; valid until the next call.
  // Nothing at the end. A line of more than 64 MB is an error.
  Result<std::optional<std::string_view>> Next();
  // Of the line that Next gave last: "folder/rows.jsonl:17" and "rows.jsonl:17".
  [[nodiscard]] std::string Where() const;
  [[nodiscard]] std::string ShortWhere() const;

 private:
  Result<bool> NextLine();

  std::vector<ListedFile> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::string_view current_;  // into buffer_
  std::size_t start_ = 0;
  std::size_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace hone
