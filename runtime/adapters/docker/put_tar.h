// CheckedForPut: the tar that the daemon gets instead of the one that a caller gave. Regular files,
// folders and symlinks below the root, each name once, no entry through a symlink of the same tar;
// anything else refuses the whole. Owners, permissions and times stay; set-user-id and
// set-group-id bits and extended attributes do not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hone {

struct CheckedTar {
  std::string tar;
  std::vector<std::string> folders;  // that entries are in, below the root: sorted, none twice
};
// `folders`: made first, each below the one before, and the entries are below the last of them.
Result<CheckedTar> CheckedForPut(std::string_view tar, const std::vector<std::string>& folders);

// "a/b" of "./a//b/"; kInvalidArgument for an absolute name, one with "..", or none at all. The
// root itself ("." or "./") is "".
Result<std::string> CleanEntryName(std::string_view name);

}  // namespace hone
