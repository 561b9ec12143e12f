// The regular files below some paths, each once, in an order that does not depend on the machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

struct ListedFile {
  std::string path;    // what to open
  std::string name;    // relative to the folder it was found in, '/' between parts; else file name
  std::string base;    // the last part of `name`
  uint64_t bytes = 0;  // size on disk
  bool explicit_path = false;  // named by the user, not found in a folder
};

struct FileListOptions {
  // Globs a file found in a folder must match (any of them); none: all match. `*` and `?` stay
  // within one part of the name unless the glob holds `**`; a glob without '/' is compared with the
  // file name, one with '/' with the name below the folder. A glob that starts with '!' excludes.
  std::vector<std::string> include;
  int max_depth = 16;              // folders below the given one
  std::size_t max_files = 20'000;  // more is an error: the path is probably not the one meant
  uint64_t max_file_bytes = 256U << 20U;
};

// `paths` are files or folders, relative ones below `base_dir`. Folders are walked recursively;
// names that start with '.' are left out there, and links to folders are not followed. Links and
// hard links to one file count once, under the name that is no link, else the first. Pipes, devices
// and sockets in a folder are skipped; a broken link there is skipped with a warning in the log. A
// path that does not exist or cannot be read is an error that names it. Sorted bytewise by name,
// then by the order of `paths`.
Result<std::vector<ListedFile>> ListFiles(const std::vector<std::string>& paths,
                                          const std::string& base_dir,
                                          const FileListOptions& options);

// Whether `name` (see ListedFile) is selected by `include`.
bool MatchesInclude(const std::string& name, const std::vector<std::string>& include);

}  // namespace hone
