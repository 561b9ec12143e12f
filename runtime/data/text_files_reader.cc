#include "data/text_files_reader.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "data/file_list.h"
#include "data/reader_options.h"
#include "data/text_file.h"

namespace hone {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;

class TextFilesReader final : public RowReader {
 public:
  explicit TextFilesReader(std::vector<ListedFile> files) : files_(std::move(files)) {}

  Result<std::optional<Json>> Next() override {
    while (next_ < files_.size()) {
      const ListedFile& file = files_[next_++];
      std::error_code ignored;
      const bool is_link =
          std::filesystem::is_symlink(std::filesystem::symlink_status(file.path, ignored));
      if (is_link && !file.explicit_path) {
        Log(LogLevel::kWarn, OneLine(file.path, 300) + " is a link, so it is left out");
        continue;
      }
      auto text = ReadTextFile(file.path, kMaxBytes);
      if (text.ok()) {
        return std::optional<Json>(
            Json::MakeObject({{"path", Json(ToValidUtf8(file.name))}, {"text", text->text}}));
      }
      if (file.explicit_path || text.error().code == ErrorCode::kIo) {
        next_ = files_.size();
        return text.error();
      }
      Log(LogLevel::kWarn, text.error().message + ", so it is left out");
    }
    return std::optional<Json>();
  }

 private:
  std::vector<ListedFile> files_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenTextFilesReader(const Json& spec,
                                                       const std::string& base_dir) {
  const ReaderOptions options(spec);
  HONE_TRY(options.CheckKeys({"path", "include"}));
  HONE_ASSIGN(const std::vector<std::string> paths, options.Strings("path"));
  if (paths.empty()) return Invalid("reader.path: missing; name a file or a folder");
  FileListOptions list;
  list.max_files = 200'000;
  HONE_ASSIGN(list.include, options.Strings("include"));
  HONE_ASSIGN(std::vector<ListedFile> files, ListFiles(paths, base_dir, list));
  return std::unique_ptr<RowReader>(std::make_unique<TextFilesReader>(std::move(files)));
}

}  // namespace hone
