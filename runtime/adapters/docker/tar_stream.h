// TarCursor and TarBuilder: uncompressed tars in memory, over libarchive, with names as bytes. What
// is read comes from hostile places: sizes are checked against what is really there.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hone {

struct TarItem {
  enum class Kind { kFile, kFolder, kSymlink, kHardLink, kOther };
  std::string name;  // as it is written
  Kind kind = Kind::kFile;
  std::string target;  // of a link
  int mode = 0644;     // permissions with the bits above them
  int64_t uid = 0, gid = 0, mtime = 0;
  int64_t size = 0;  // of a file
};

class TarCursor {
 public:
  // `tar` outlives the reader.
  explicit TarCursor(std::string_view tar);

  // The next entry; false at the end.
  Result<bool> Next(TarItem* item);
  // The bytes of the file that Next gave. kInvalidArgument when there are more than `limit`.
  Result<std::string> Bytes(int64_t limit);

 private:
  struct Free {
    void operator()(archive* handle) const { archive_read_free(handle); }
  };
  Error Broken();

  bool is_empty_;
  std::unique_ptr<archive, Free> handle_;
};

class TarBuilder {
 public:
  TarBuilder();

  // REQUIRES: a file, folder or symlink; `bytes` are item.size long.
  Status Add(const TarItem& item, std::string_view bytes);
  // Bytes so far, without what is not yet a whole block.
  [[nodiscard]] std::size_t size() const { return text_->size(); }
  std::string Finish();

 private:
  struct Free {
    void operator()(archive* handle) const { archive_write_free(handle); }
  };
  std::unique_ptr<std::string> text_ = std::make_unique<std::string>();
  std::unique_ptr<archive, Free> handle_;
};

}  // namespace hone
