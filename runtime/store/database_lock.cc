#include "store/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hone {

Result<DatabaseLock> DatabaseLock::Take(const std::string& database_path) {
  const std::string path = database_path + ".lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return Fail(ErrorCode::kIo, path + ": " + std::strerror(errno));
  DatabaseLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    if (reason != EWOULDBLOCK) return Fail(ErrorCode::kIo, path + ": " + std::strerror(reason));
    char text[32] = {};
    const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
    const std::string_view holder =
        Trim(std::string_view(text, size > 0 ? static_cast<std::size_t>(size) : 0));
    return Fail(ErrorCode::kConflict,
                database_path + ": in use by another hone" +
                    (holder.empty() ? std::string() : " (process " + OneLine(holder, 24) + ")") +
                    "; wait for it, or name another file with --db");
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  // A lock without a name in it still locks: a full disk must not keep a run from continuing.
  if (ftruncate(descriptor, 0) == 0) (void)!pwrite(descriptor, pid.data(), pid.size(), 0);
  return lock;
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DatabaseLock::~DatabaseLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace hone
