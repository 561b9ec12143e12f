// From the entries that a container gives to the FileTree that its caller gets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sandbox/tar_archive.h"
#include "ports/container_engine.h"

namespace hone {

// A question about changes, in plain paths from the container's root.
struct ChangedPaths {
  std::string folder;  // "" is the root
  std::vector<std::string> exclude;

  static Result<ChangedPaths> Of(const std::string& path, const std::vector<std::string>& exclude);
};

// A sink of hostile entries: names are checked, everything but files, folders and links is told.
// Only what is below `folder` counts, and is named from there. `layers` are the folders of the
// image's layers, for what replaced folders hide.
class FileTreeWriter final : public TreeSink {
 public:
  FileTreeWriter(std::string folder, int64_t max_bytes, std::vector<std::string> layers)
      : folder_(std::move(folder)),
        max_bytes_(max_bytes),
        layers_(std::move(layers)),
        tar_(max_bytes) {}
  Status Begin(const TreeEntry& entry) override;
  Status Data(std::string_view bytes) override;
  Status Finish() override;

  // REQUIRES: Finish() was fine.
  FileTree Take();

 private:
  std::string folder_;
  int64_t max_bytes_;
  std::vector<std::string> layers_;
  TarWriter tar_;
  std::vector<std::string> opaque_;
  std::map<std::string, bool> present_;  // whether it is a folder
  FileTree tree_;
  int64_t n_text_bytes_ = 0;  // of the lists
  bool is_outside_ = false;   // the current file
};

}  // namespace hone
