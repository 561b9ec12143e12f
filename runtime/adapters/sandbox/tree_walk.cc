#include "adapters/sandbox/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "adapters/child_start.h"

namespace hone {
namespace {

constexpr std::size_t kLongestPath = 4000;
constexpr int kDeepest = 200;  // each level holds a descriptor
constexpr std::size_t kChunk = 64U << 10U;

class Walk {
 public:
  Walk(const WalkOptions& options, TreeSink* sink) : options_(options), sink_(sink) {}

  Status Folder(OwnedFd fd, const std::string& path, int depth) {
    HONE_ASSIGN(const std::vector<std::string> names, Names(fd.get()));
    for (const std::string& name : names) {
      const std::string inner = path.empty() ? name : path + "/" + name;
      HONE_TRY(Entry(fd.get(), name, inner, depth));
    }
    return Ok{};
  }

  Status Entry(int parent, const std::string& name, const std::string& path, int depth) {
    if (std::find(options_.exclude.begin(), options_.exclude.end(), path) !=
        options_.exclude.end()) {
      return Ok{};
    }
    struct stat status {};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT && depth > 0) return Ok{};  // removed while we walk
      return errno == ENOENT ? Fail(ErrorCode::kNotFound, "there is no '" + path + "'")
                             : SystemFailure(path, errno);
    }
    TreeEntry entry;
    entry.path = path;
    entry.mode = status.st_mode & 07777U;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime_s = status.st_mtim.tv_sec;
    if (path.size() > kLongestPath) {
      entry.path.resize(100);
      return LeftOut(entry, "its path is too long");
    }
    if (S_ISDIR(status.st_mode)) return SubFolder(parent, name, status, std::move(entry), depth);
    if (S_ISREG(status.st_mode)) return File(parent, name, std::move(entry));
    if (S_ISLNK(status.st_mode)) return Link(parent, name, std::move(entry));
    if (options_.is_layer && S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0)) {
      entry.kind = EntryKind::kGone;
      return sink_->Begin(entry);
    }
    return LeftOut(entry, S_ISFIFO(status.st_mode)   ? "a named pipe"
                          : S_ISSOCK(status.st_mode) ? "a socket"
                                                     : "a device");
  }

 private:
  struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
  };

  static Result<std::vector<std::string>> Names(int fd) {
    const int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return SystemFailure("opening a folder", errno);
    const std::unique_ptr<DIR, CloseDir> dir(fdopendir(copy));
    if (!dir) return SystemFailure("reading a folder", errno);
    std::vector<std::string> names;
    while (const dirent* found = readdir(dir.get())) {
      const std::string name = found->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Status LeftOut(TreeEntry entry, const char* why) {
    entry.kind = EntryKind::kLeftOut;
    entry.link = why;
    return sink_->Begin(entry);
  }

  Status SubFolder(int parent, const std::string& name, const struct stat& status, TreeEntry entry,
                   int depth) {
    if (depth >= kDeepest) return LeftOut(entry, "it is nested too deeply");
    OwnedFd fd(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd.get() < 0) return errno == ENOENT ? Status(Ok{}) : SystemFailure(entry.path, errno);
    struct stat above {};
    fstat(parent, &above);
    if (above.st_dev != status.st_dev) return Ok{};  // another mount, /proc for one
    entry.kind = EntryKind::kFolder;
    if (options_.is_layer) {
      char value = 0;
      entry.is_opaque = fgetxattr(fd.get(), "user.overlay.opaque", &value, 1) == 1 && value == 'y';
    }
    HONE_TRY(sink_->Begin(entry));
    return Folder(std::move(fd), entry.path, depth + 1);
  }

  Status File(int parent, const std::string& name, TreeEntry entry) {
    const OwnedFd fd(openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd.get() < 0) return errno == ENOENT ? Status(Ok{}) : SystemFailure(entry.path, errno);
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) return SystemFailure(entry.path, errno);
    if (!S_ISREG(status.st_mode)) return LeftOut(entry, "it changed while it was read");
    entry.size = static_cast<uint64_t>(status.st_size);
    HONE_TRY(sink_->Begin(entry));
    std::array<char, kChunk> buffer{};
    bool at_end = false;
    for (uint64_t left = entry.size; left > 0;) {
      const std::size_t want = std::min<uint64_t>(left, buffer.size());
      ssize_t got = at_end ? 0 : read(fd.get(), buffer.data(), want);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemFailure(entry.path, errno);
      if (got == 0) {
        at_end = true;
        buffer.fill(0);
        got = static_cast<ssize_t>(want);
      }
      HONE_TRY(sink_->Data({buffer.data(), static_cast<std::size_t>(got)}));
      left -= static_cast<uint64_t>(got);
    }
    return Ok{};
  }

  Status Link(int parent, const std::string& name, TreeEntry entry) {
    std::array<char, 4096> target{};
    const ssize_t size = readlinkat(parent, name.c_str(), target.data(), target.size());
    if (size < 0) return errno == ENOENT ? Status(Ok{}) : SystemFailure(entry.path, errno);
    entry.kind = EntryKind::kSymlink;
    entry.link.assign(target.data(), static_cast<std::size_t>(size));
    return sink_->Begin(entry);
  }

  const WalkOptions& options_;
  TreeSink* sink_;
};

}  // namespace

Status WalkTree(int folder_fd, const WalkOptions& options, TreeSink* sink) {
  OwnedFd copy(openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (copy.get() < 0) return SystemFailure("opening a folder", errno);
  return Walk(options, sink).Folder(std::move(copy), "", 1);
}

Status WalkEntry(int folder_fd, const std::string& name, const std::string& shown,
                 const WalkOptions& options, TreeSink* sink) {
  return Walk(options, sink).Entry(folder_fd, name, shown, 0);
}

}  // namespace hone
