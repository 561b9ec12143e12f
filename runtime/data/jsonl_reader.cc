#include "data/jsonl_reader.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "data/byte_source.h"
#include "data/file_list.h"
#include "data/reader_options.h"

namespace hone {
namespace {

constexpr std::size_t kMaxLineBytes = 64U << 20U;
constexpr std::size_t kReadBytes = 1U << 16U;

class JsonlReader final : public RowReader {
 public:
  explicit JsonlReader(std::vector<ListedFile> files) : files_(std::move(files)) {}

  Result<std::optional<Json>> Next() override {
    auto row = NextRow();
    if (!row.ok()) {
      next_file_ = files_.size();
      source_.reset();
    }
    return row;
  }

 private:
  Result<std::optional<Json>> NextRow() {
    while (true) {
      if (!source_) {
        if (next_file_ == files_.size()) return std::optional<Json>();
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
      if (line.empty()) continue;
      auto row = Json::Parse(line);
      if (!row.ok()) return row.error().With(Where());
      if (!row->is_object()) {
        return Invalid(Where() + ": expected a JSON object, got " + std::string(row->type_name()));
      }
      return std::optional<Json>(std::move(*row));
    }
  }

  [[nodiscard]] std::string Where() const {
    return OneLine(source_->path(), 300) + ":" + std::to_string(line_);
  }

  // Cuts the next line out of the buffer into current_, or returns false at the end of the file.
  Result<bool> NextLine() {
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

  std::vector<ListedFile> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::string_view current_;  // into buffer_
  std::size_t start_ = 0;
  std::size_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenJsonlReader(const Json& spec, const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "include"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a .jsonl file or a folder of them");
  FileListOptions list;
  list.max_file_bytes = UINT64_MAX;
  HONE_ASSIGN(list.include, options.Strings("include"));
  if (list.include.empty()) list.include = {"*.jsonl", "*.jsonl.gz"};
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles(paths, base_dir, list));
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound,
                "reader.path: " + OneLine(paths.front(), 200) + ": no .jsonl file there");
  }
  return std::unique_ptr<RowReader>(std::make_unique<JsonlReader>(std::move(files)));
}

}  // namespace hone
