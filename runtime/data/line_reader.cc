#include "data/line_reader.h"

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxLineBytes = 64U << 20U;
constexpr std::size_t kReadBytes = 1U << 16U;

}  // namespace

Result<std::optional<std::string_view>> LineReader::Next() {
  while (true) {
    if (!source_) {
      if (next_file_ == files_.size()) return std::optional<std::string_view>();
      HONE_ASSIGN(ByteSource source, ByteSource::Open(files_[next_file_++].path));
      source_ = std::make_unique<ByteSource>(std::move(source));
      buffer_.clear();
      start_ = 0;
      line_ = 0;
      at_end_ = false;
    }
    HONE_ASSIGN(const bool found, NextLine());
    if (!found) {
      source_.reset();
      continue;
    }
    std::string_view line = Trim(current_);
    if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line = Trim(line.substr(3));
    if (!line.empty()) return std::optional<std::string_view>(line);
  }
}

std::string LineReader::Where() const {
  return OneLine(files_[next_file_ - 1].path, 300) + ":" + std::to_string(line_);
}

std::string LineReader::ShortWhere() const {
  return OneLine(files_[next_file_ - 1].name, 300) + ":" + std::to_string(line_);
}

// Cuts the next line out of the buffer into current_, or returns false at the end of the file.
Result<bool> LineReader::NextLine() {
  std::size_t searched = start_;
  while (true) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos || at_end_) {
      if (end == std::string::npos && start_ == buffer_.size()) return false;
      const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
      current_ = std::string_view(buffer_).substr(start_, stop - start_);
      start_ = end == std::string::npos ? stop : stop + 1;
      ++line_;
      return true;
    }
    buffer_.erase(0, start_);
    start_ = 0;
    searched = buffer_.size();
    if (buffer_.size() > kMaxLineBytes) {
      ++line_;
      return Invalid(Where() + ": the line is longer than " + std::to_string(kMaxLineBytes) +
                     " bytes");
    }
    HONE_ASSIGN(const std::size_t count, source_->Read(kReadBytes, &buffer_));
    at_end_ = count == 0;
  }
}

}  // namespace hone
