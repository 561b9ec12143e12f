#include "adapters/sandbox/folder_writer.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hone {
namespace {

// Opens a folder beneath `root` without following any link.
OwnedFd OpenBeneath(int root, const std::string& path, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return OwnedFd(static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how))));
}

Error Refused(const std::string& path, int code) {
  if (code == ELOOP || code == EXDEV || code == ENOTDIR) {
    return Invalid("'" + path + "' leads through something that is no folder there");
  }
  return SystemFailure(path, code);
}

void SetTimes(int folder, const char* name, int64_t mtime_s) {
  const timespec times[2] = {{mtime_s, 0}, {mtime_s, 0}};
  utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW);
}

std::pair<std::string, std::string> SplitPath(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

uint32_t FolderWriter::Mode(const TreeEntry& entry) const {
  return entry.mode & (options_.is_layer ? 07777U : 01777U);
}

uint32_t FolderWriter::OwnerId(uint32_t id) const {
  return options_.first_id + (id < options_.ids ? id : 0);
}

Result<std::string> FolderWriter::OpenParent(const std::string& path) {
  const auto [folder, name] = SplitPath(path);
  if (folder == parent_path_) return name;
  parent_ = OpenBeneath(root_, folder, O_PATH);
  for (std::size_t end = 0; parent_.get() < 0 && errno == ENOENT && end != std::string::npos;) {
    end = folder.find('/', end + 1);
    const auto [above, last] = SplitPath(folder.substr(0, end));
    const OwnedFd fd = OpenBeneath(root_, above, O_PATH);
    if (fd.get() < 0) return Refused(path, errno);
    if (mkdirat(fd.get(), last.c_str(), 0755) == 0) {
      if (options_.keep_owners &&
          fchownat(fd.get(), last.c_str(), OwnerId(0), OwnerId(0), AT_SYMLINK_NOFOLLOW) != 0) {
        return SystemFailure(path, errno);
      }
    } else if (errno != EEXIST) {
      return SystemFailure(path, errno);
    }
    parent_ = OpenBeneath(root_, folder, O_PATH);
  }
  if (parent_.get() < 0) return Refused(path, errno);
  parent_path_ = folder;
  return name;
}

Status FolderWriter::Begin(const TreeEntry& entry) {
  HONE_TRY(EndFile());
  HONE_ASSIGN(const std::string path, PlainPath(entry.path));
  if (path == ".") return Ok{};
  HONE_ASSIGN(const std::string name, OpenParent(path));
  switch (entry.kind) {
    case EntryKind::kFolder:
      return MakeFolder(path, name, entry);
    case EntryKind::kFile:
      return BeginFile(name, entry);
    case EntryKind::kSymlink:
    case EntryKind::kHardLink:
      return MakeLink(name, entry);
    case EntryKind::kGone:
      return Whiteout(name, entry);
    case EntryKind::kLeftOut:
      if (options_.is_layer) return Ok{};
      return Invalid("'" + path + "' is " + entry.link + ": only files, folders and links");
  }
  return Ok{};
}

Status FolderWriter::ClearTheWay(const std::string& name, const std::string& path) const {
  if (unlinkat(parent_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return Ok{};
  if (errno == EISDIR) return Invalid("'" + path + "' is a folder there");
  return SystemFailure(path, errno);
}

Status FolderWriter::MakeFolder(const std::string& path, const std::string& name,
                                const TreeEntry& entry) {
  if (entry.is_opaque && !options_.is_layer) return Invalid("'" + path + "' is of a layer");
  if (mkdirat(parent_.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
    return SystemFailure(path, errno);
  }
  const OwnedFd fd = OpenBeneath(parent_.get(), name, O_RDONLY);
  if (fd.get() < 0) return Refused(path, errno);
  if (options_.keep_owners && fchown(fd.get(), OwnerId(entry.uid), OwnerId(entry.gid)) != 0) {
    return SystemFailure(path, errno);
  }
  if (entry.is_opaque && fsetxattr(fd.get(), "user.overlay.opaque", "y", 1, 0) != 0) {
    return SystemFailure(path, errno);
  }
  folders_.push_back(entry);
  folders_.back().path = path;
  return Ok{};
}

Status FolderWriter::BeginFile(const std::string& name, const TreeEntry& entry) {
  HONE_TRY(ClearTheWay(name, entry.path));
  file_ = OwnedFd(openat(parent_.get(), name.c_str(),
                         O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file_.get() < 0) return SystemFailure(entry.path, errno);
  current_ = entry;
  return Ok{};
}

Status FolderWriter::Data(std::string_view bytes) {
  // Long runs of zeros become holes: a sparse file costs what it holds.
  constexpr std::size_t kHole = 4096;
  if (bytes.size() >= kHole &&
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) {
    ends_in_hole_ = true;
    if (lseek(file_.get(), static_cast<off_t>(bytes.size()), SEEK_CUR) >= 0) return Ok{};
  }
  ends_in_hole_ = false;
  while (!bytes.empty()) {
    const ssize_t put = write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemFailure(current_.path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Ok{};
}

Status FolderWriter::EndFile() {
  if (file_.get() < 0) return Ok{};
  const int fd = file_.get();
  bool fine = !ends_in_hole_ || ftruncate(fd, static_cast<off_t>(current_.size)) == 0;
  ends_in_hole_ = false;
  if (options_.keep_owners) {
    fine = fine && fchown(fd, OwnerId(current_.uid), OwnerId(current_.gid)) == 0;
  }
  fine = fine && fchmod(fd, Mode(current_)) == 0;
  if (!fine) return SystemFailure(current_.path, errno);
  const timespec times[2] = {{current_.mtime_s, 0}, {current_.mtime_s, 0}};
  futimens(fd, times);
  file_.Reset();
  return Ok{};
}

Status FolderWriter::MakeLink(const std::string& name, const TreeEntry& entry) {
  HONE_TRY(ClearTheWay(name, entry.path));
  if (entry.kind == EntryKind::kSymlink) {
    if (symlinkat(entry.link.c_str(), parent_.get(), name.c_str()) != 0) {
      return SystemFailure(entry.path, errno);
    }
    if (options_.keep_owners && fchownat(parent_.get(), name.c_str(), OwnerId(entry.uid),
                                         OwnerId(entry.gid), AT_SYMLINK_NOFOLLOW) != 0) {
      return SystemFailure(entry.path, errno);
    }
    SetTimes(parent_.get(), name.c_str(), entry.mtime_s);
    return Ok{};
  }
  const Result<std::string> target = PlainPath(entry.link);
  if (!target.ok()) return target.error().With("hard link '" + entry.path + "'");
  const auto [folder, last] = SplitPath(*target);
  const OwnedFd from = OpenBeneath(root_, folder, O_PATH);
  if (from.get() < 0) return Refused(*target, errno);
  struct stat status {};
  if (fstatat(from.get(), last.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(status.st_mode)) {
    return Invalid("hard link '" + entry.path + "': there is no file '" + *target + "'");
  }
  if (linkat(from.get(), last.c_str(), parent_.get(), name.c_str(), 0) != 0) {
    return SystemFailure(entry.path, errno);
  }
  return Ok{};
}

Status FolderWriter::Whiteout(const std::string& name, const TreeEntry& entry) {
  if (!options_.is_layer) return Invalid("'" + entry.path + "' is of a layer");
  if (mknodat(parent_.get(), name.c_str(), S_IFCHR | 0666, makedev(0, 0)) != 0) {
    return SystemFailure(entry.path, errno);
  }
  return Ok{};
}

Status FolderWriter::Finish() {
  HONE_TRY(EndFile());
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
    const OwnedFd fd = OpenBeneath(root_, folder->path, O_RDONLY);
    if (fd.get() < 0) return Refused(folder->path, errno);
    if (fchmod(fd.get(), Mode(*folder)) != 0) return SystemFailure(folder->path, errno);
    const timespec times[2] = {{folder->mtime_s, 0}, {folder->mtime_s, 0}};
    futimens(fd.get(), times);
  }
  return Ok{};
}

}  // namespace hone
