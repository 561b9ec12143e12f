// VersionedFolder: a folder of small files whose every mutation is kept: the workspace of an
// evolving agent.
//
// Nothing in it depends on when or where it is made: the same mutations in the same order give the
// same commit hashes on every machine. Paths are relative with '/' between parts; no part is empty,
// ".", ".." or ".git". Owned by one user at a time; calls block for as long as a few files take.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

struct FolderFile {
  std::string path;
  std::string bytes;  // of a link: its target
  int mode = 0644;    // permission bits; git keeps 0644 or 0755
  bool is_link = false;
  bool operator==(const FolderFile&) const = default;
};

// Paths, sorted.
struct FolderChange {
  std::vector<std::string> added, changed, removed;
  [[nodiscard]] bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

struct FolderCommit {
  std::string hash;     // 40 hex digits
  std::string message;  // one line or more
  std::string tag;      // of this commit; "" for none
  FolderChange change;  // against the commit before
  std::string diff;     // the same as a unified diff
};

class VersionedFolder {
 public:
  virtual ~VersionedFolder() = default;

  // All files below a folder ("" for all), sorted by path.
  [[nodiscard]] virtual std::vector<FolderFile> Files(const std::string& prefix) const = 0;
  [[nodiscard]] virtual std::optional<FolderFile> Read(const std::string& path) const = 0;
  // Removes, then writes. kInvalidArgument for a path that is none, or that makes a file a folder.
  virtual Status Change(const std::vector<std::string>& remove,
                        const std::vector<FolderFile>& write) = 0;
  // Nothing to commit makes no commit; the tag is placed all the same. kInvalidArgument for a
  // tag that is there already: tags never move.
  virtual Result<FolderCommit> Commit(const std::string& message, const std::string& tag) = 0;
  // Between two commits or tags; `to` "" is the folder as it is. kNotFound names the nearest.
  [[nodiscard]] virtual Result<std::string> Diff(const std::string& from,
                                                 const std::string& to) const = 0;
  // The files as they were at a commit or tag, as a new commit. What was not committed is gone.
  virtual Result<FolderCommit> Rollback(const std::string& ref, const std::string& message) = 0;
  // Newest first, without changes and diffs.
  [[nodiscard]] virtual Result<std::vector<FolderCommit>> Log() const = 0;
};

class VersionedFolderSource {
 public:
  virtual ~VersionedFolderSource() = default;
  // A new folder with these files as its first commit. One of that name is replaced: it belongs to
  // an execution of the same unit that did not end.
  virtual Result<std::unique_ptr<VersionedFolder>> Open(const std::string& name,
                                                        const std::vector<FolderFile>& files) = 0;
};

}  // namespace hone
