#include "adapters/sandbox/keeper/disk_use.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hone {
namespace {

constexpr int kDeepest = 500;
constexpr uint64_t kHidden = UINT64_MAX;

// `fd` is closed here.
uint64_t Below(int fd, int depth) {
  DIR* dir = fd < 0 || depth > kDeepest ? nullptr : fdopendir(fd);
  if (dir == nullptr) {
    if (fd >= 0) close(fd);
    return fd < 0 && errno == ENOENT ? 0 : kHidden;  // removed meanwhile
  }
  uint64_t bytes = 0;
  while (const dirent* entry = readdir(dir)) {
    const char* name = entry->d_name;
    struct stat status {};
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
        fstatat(dirfd(dir), name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    bytes += static_cast<uint64_t>(status.st_blocks) * 512;
    if (!S_ISDIR(status.st_mode)) continue;
    const uint64_t inner =
        Below(openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), depth + 1);
    if (inner == kHidden) {
      bytes = kHidden;
      break;
    }
    bytes += inner;
  }
  closedir(dir);
  return bytes;
}

}  // namespace

uint64_t DiskUse(int folder_fd) {
  return Below(openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
}

}  // namespace hone
