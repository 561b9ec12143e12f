// OwnerFolder: where everything lies that the containers of one running hone own.
//
// `<images>/containers/<pid>-<start>-<uid>/`; its file `lock` is locked as long as the process
// lives, however it ends. Control groups bear the folder's name in front of theirs. So whatever a
// dead runner left is found by folders that nobody locks, and taken away.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/child_start.h"
#include "base/result.h"

namespace hone {

class OwnerFolder {
 public:
  // Makes one below `<images>/containers`, for this process.
  static Result<std::unique_ptr<OwnerFolder>> Make(const std::string& images);
  ~OwnerFolder();
  OwnerFolder(const OwnerFolder&) = delete;
  OwnerFolder& operator=(const OwnerFolder&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  OwnerFolder(std::string name, std::string path, OwnedFd lock)
      : name_(std::move(name)), path_(std::move(path)), lock_(std::move(lock)) {}
  std::string name_, path_;
  OwnedFd lock_;
};

// Names of the folders whose owner is dead.
std::vector<std::string> DeadOwners(const std::string& images);
// Whether somebody else than `own` ("": anybody) has containers now.
bool HasOtherOwners(const std::string& images, const std::string& own);
// Removes what they left, groups first; how many owners that were. One that cannot be removed does
// not keep the others; it is the error then. Blocks.
Result<int> RemoveDeadOwners(const std::string& images);

}  // namespace hone
