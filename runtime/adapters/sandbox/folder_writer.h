// FolderWriter: a tree stream -> files below a folder.
//
// Nothing is written outside the folder, whatever the entries say and whatever somebody does to it
// meanwhile: an entry whose path is absolute, goes up, or leads through a symbolic link is an error
// (kInvalidArgument). A file replaces a file or link; folders are merged. Modes of folders are set
// at the end, so that a folder without write permission can be filled.
#pragma once

#include <string>
#include <vector>

#include "adapters/child_start.h"
#include "adapters/sandbox/tree_entry.h"

namespace hone {

struct FolderWriterOptions {
  bool keep_owners = false;  // else everything belongs to the writer
  uint32_t first_id = 0;     // added to every uid and gid
  uint32_t ids = 65536;      // entries of other owners belong to the first
  // Of the image store: kGone becomes a whiteout, is_opaque a mark, setuid stays and devices are
  // left out. Else all of that is an error, but setuid, which is dropped.
  bool is_layer = false;
};

class FolderWriter final : public TreeSink {
 public:
  // `folder_fd` is borrowed.
  FolderWriter(int folder_fd, FolderWriterOptions options) : root_(folder_fd), options_(options) {}
  Status Begin(const TreeEntry& entry) override;
  Status Data(std::string_view bytes) override;
  Status Finish() override;

 private:
  // Splits a plain path and opens the folder part, which is made when it is not there.
  Result<std::string> OpenParent(const std::string& path);
  Status MakeFolder(const std::string& path, const std::string& name, const TreeEntry& entry);
  Status BeginFile(const std::string& name, const TreeEntry& entry);
  Status MakeLink(const std::string& name, const TreeEntry& entry);
  Status Whiteout(const std::string& name, const TreeEntry& entry);
  Status ClearTheWay(const std::string& name, const std::string& path) const;
  Status EndFile();
  [[nodiscard]] uint32_t OwnerId(uint32_t id) const;
  [[nodiscard]] uint32_t Mode(const TreeEntry& entry) const;

  int root_;
  FolderWriterOptions options_;
  std::string parent_path_ = "?";  // no plain path: nothing is open yet
  OwnedFd parent_;
  OwnedFd file_;
  TreeEntry current_;
  bool ends_in_hole_ = false;
  std::vector<TreeEntry> folders_;
};

}  // namespace hone
