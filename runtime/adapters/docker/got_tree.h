// GotTree: a FileTree out of the archives that the daemon gave. Regular files, folders and symlinks
// stay; a hard link becomes the file it links to; devices, pipes and sockets are left out and told.
// Set-user-id and set-group-id bits do not come along.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "adapters/docker/tar_stream.h"
#include "base/result.h"
#include "ports/container_engine.h"

namespace hone {

class GotTree {
 public:
  // `base`: absolute, names are relative to it. `max_bytes` of the tar that comes out.
  GotTree(std::string base, int64_t max_bytes) : base_(std::move(base)), max_bytes_(max_bytes) {}

  // An archive of `root` (absolute), whose entries begin with root's last name. `keep` decides by
  // absolute path.
  Status Add(std::string_view tar, const std::string& root,
             const std::function<bool(const std::string& path)>& keep);
  FileTree Finish();

 private:
  Status AddItem(TarItem item, std::string_view bytes);
  [[nodiscard]] Error TooMuch() const;

  const std::string base_;
  const int64_t max_bytes_;
  int64_t bytes_ = 0;
  std::set<std::string> names_;
  FileTree tree_;
  TarBuilder writer_;
};

// "/a/b" of "/a//./b/"; kInvalidArgument for a path that is not absolute or holds "..".
Result<std::string> CleanPath(std::string_view path);
// Whether `path` is `folder` or below it; both clean.
bool IsWithin(std::string_view path, std::string_view folder);

}  // namespace hone
