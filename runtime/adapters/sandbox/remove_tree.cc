#include "adapters/sandbox/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "adapters/child_start.h"
#include "adapters/sandbox/tree_entry.h"

namespace hone {
namespace {

constexpr int kDeepest = 100;

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

OwnedFd OpenFolder(int parent, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  OwnedFd fd(openat(parent, name, kFlags));
  if (fd.get() < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0) {
    fd = OwnedFd(openat(parent, name, kFlags));
  }
  return fd;
}

class Removal {
 public:
  explicit Removal(int root) : root_(root) {}

  // Empties the root, but for what was too deep and is now in it.
  Status Empty() {
    brought_up_ = false;
    return Empty(root_, 0);
  }

  // Whether another round is needed.
  [[nodiscard]] bool brought_up() const { return brought_up_; }

 private:
  Status Empty(int folder, int depth) {
    fchmod(folder, 0700);
    const std::unique_ptr<DIR, CloseDir> dir(
        fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (!dir) return SystemFailure("reading a folder", errno);
    std::vector<std::string> names;
    while (const dirent* entry = readdir(dir.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    for (const std::string& name : names) HONE_TRY(Remove(folder, name, depth));
    return Ok{};
  }

  Status Remove(int folder, const std::string& name, int depth) {
    if (unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return Ok{};
    if (errno != EISDIR && errno != EPERM) return SystemFailure(name, errno);
    if (depth >= kDeepest) {
      return BringUp(folder, name);
    }
    const OwnedFd fd = OpenFolder(folder, name.c_str());
    if (fd.get() < 0) return SystemFailure(name, errno);
    HONE_TRY(Empty(fd.get(), depth + 1));
    if (unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0) return SystemFailure(name, errno);
    return Ok{};
  }

  Status BringUp(int folder, const std::string& name) {
    brought_up_ = true;
    while (true) {
      const std::string up = ".deep-" + std::to_string(n_deep_++);
      if (renameat(folder, name.c_str(), root_, up.c_str()) == 0) return Ok{};
      // The name is taken, by an earlier removal that was cut short or by the folder's maker.
      if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) {
        return SystemFailure(name, errno);
      }
    }
  }

  int root_;
  int n_deep_ = 0;
  bool brought_up_ = false;
};

}  // namespace

Status RemoveTree(const std::string& path) {
  const OwnedFd root = OpenFolder(AT_FDCWD, path.c_str());
  if (root.get() < 0) return errno == ENOENT ? Status(Ok{}) : SystemFailure(path, errno);
  Removal removal(root.get());
  do {
    const Status emptied = removal.Empty();
    if (!emptied.ok()) return emptied.error().With(path);
  } while (removal.brought_up());
  return rmdir(path.c_str()) == 0 ? Status(Ok{}) : SystemFailure(path, errno);
}

}  // namespace hone
