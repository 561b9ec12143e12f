#include "adapters/sandbox/hidden_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <map>
#include <memory>

#include "adapters/child_start.h"
#include "base/text.h"

namespace hone {
namespace {

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

enum class Shows { kNothing, kAll };  // of this folder in layers further down

bool IsOpaque(int fd) {
  char value = 0;
  return fgetxattr(fd, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

// Opens a folder in a layer; `below` says what of it lower layers may add.
OwnedFd OpenIn(const std::string& layer, const std::string& path, Shows* below) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  OwnedFd fd(open(layer.c_str(), kFlags));
  *below = Shows::kAll;
  for (const std::string_view part : Split(path, '/')) {
    const std::string name(part);
    OwnedFd next(openat(fd.get(), name.c_str(), kFlags));
    struct stat status {};
    if (next.get() < 0) {
      // A whiteout or a file in the place of a folder of the path ends the search.
      const bool is_there = fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
      if (is_there) *below = Shows::kNothing;
      return next;
    }
    if (IsOpaque(next.get())) *below = Shows::kNothing;
    fd = std::move(next);
  }
  return fd;
}

// Names in a folder of the image, and whether each is a folder.
std::map<std::string, bool> NamesInImage(const std::vector<std::string>& layers,
                                         const std::string& path) {
  std::map<std::string, bool> names;
  std::set<std::string> gone;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    Shows below = Shows::kAll;
    OwnedFd fd = OpenIn(*layer, path, &below);
    if (fd.get() >= 0) {
      const std::unique_ptr<DIR, CloseDir> dir(fdopendir(fd.Release()));
      while (const dirent* entry = dir ? readdir(dir.get()) : nullptr) {
        const std::string name = entry->d_name;
        struct stat status {};
        if (name == "." || name == ".." || gone.count(name) != 0 ||
            fstatat(dirfd(dir.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
          continue;
        }
        if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0)) {
          gone.insert(name);
        } else {
          names.emplace(name, S_ISDIR(status.st_mode));
        }
      }
    }
    if (below == Shows::kNothing) break;
  }
  return names;
}

enum class Kind { kNone, kFolder, kOther };

Kind KindInImage(const std::vector<std::string>& layers, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    Shows below = Shows::kAll;
    const OwnedFd fd = OpenIn(*layer, folder, &below);
    struct stat status {};
    if (fd.get() >= 0 && fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0)) return Kind::kNone;
      return S_ISDIR(status.st_mode) ? Kind::kFolder : Kind::kOther;
    }
    if (below == Shows::kNothing) break;
  }
  return Kind::kNone;
}

class Search {
 public:
  Search(const std::vector<std::string>& layers, const std::map<std::string, bool>& present)
      : layers_(layers), present_(present) {}

  void Folder(const std::string& path) {
    for (const auto& [name, is_folder] : NamesInImage(layers_, path)) {
      const std::string inner = path + "/" + name;
      const auto now = present_.find(inner);
      if (now == present_.end()) {
        hidden_.insert("/" + inner);
      } else if (is_folder && now->second) {
        Folder(inner);
      }
    }
  }

  void Replaced(const std::string& path, bool is_folder) {
    const Kind before = KindInImage(layers_, path);
    if (before != Kind::kNone && (before == Kind::kFolder) != is_folder) {
      hidden_.insert("/" + path);
    }
  }

  std::set<std::string> Take() { return std::move(hidden_); }

 private:
  const std::vector<std::string>& layers_;
  const std::map<std::string, bool>& present_;
  std::set<std::string> hidden_;
};

}  // namespace

std::set<std::string> HiddenFiles(const std::vector<std::string>& layers,
                                  const std::vector<std::string>& opaque,
                                  const std::map<std::string, bool>& present) {
  Search search(layers, present);
  if (layers.empty()) return {};
  for (const auto& [path, is_folder] : present) search.Replaced(path, is_folder);
  for (const std::string& path : opaque) search.Folder(path);
  return search.Take();
}

}  // namespace hone
