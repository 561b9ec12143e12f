// GitFolders: versioned folders as git repositories, each with its files checked out beside its
// history, so that people read them with git.
//
// Commits are numbered: their time is that many seconds after the start of 2000, their author is
// Hone itself; nothing of the user's git configuration is read. Links are stored as links and
// checked out as text files that hold the target, because what an agent links to is its own affair.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/versioned_folder.h"

namespace hone {

class GitFolders : public VersionedFolderSource {
 public:
  // Folders come below `root`, which is made when the first one is opened.
  explicit GitFolders(std::string root) : root_(std::move(root)) {}

  Result<std::unique_ptr<VersionedFolder>> Open(const std::string& name,
                                                const std::vector<FolderFile>& files) override;

 private:
  std::string root_;
};

}  // namespace hone
