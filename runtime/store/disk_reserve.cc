#include "store/disk_reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hone {

DiskReserve::DiskReserve(const std::string& database_path, int64_t size_bytes)
    : path_(database_path + ".reserve"), size_bytes_(size_bytes) {}

bool DiskReserve::Fill() {
  if (size_bytes_ <= 0) return true;
  const int descriptor = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return false;
  struct stat status = {};
  bool filled = fstat(descriptor, &status) == 0 && status.st_size >= size_bytes_ &&
                status.st_blocks * 512 >= size_bytes_;
  if (!filled) filled = posix_fallocate(descriptor, 0, size_bytes_) == 0;
  close(descriptor);
  if (!filled) unlink(path_.c_str());
  return filled;
}

bool DiskReserve::Free() {
  if (truncate(path_.c_str(), 0) != 0) return false;
  return unlink(path_.c_str()) == 0;
}

}  // namespace hone
