#include "data/spool_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace hone {

Result<SpoolFile> SpoolFile::Make() {
  std::error_code trouble;
  std::filesystem::path folder = std::filesystem::temp_directory_path(trouble);
  if (trouble) folder = "/tmp";
  std::string name = (folder / "hone-spool-XXXXXX").string();
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) {
    return Fail(ErrorCode::kIo, "no temporary file in " + folder.string() + ": " +
                                    std::strerror(errno) + "; TMPDIR names another folder");
  }
  unlink(name.c_str());
  return SpoolFile(fd);
}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), end_(std::exchange(other.end_, 0)) {}

SpoolFile& SpoolFile::operator=(SpoolFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(end_, other.end_);
  return *this;
}

SpoolFile::~SpoolFile() {
  if (fd_ >= 0) close(fd_);
}

Result<SpoolFile::Place> SpoolFile::Append(std::string_view bytes) {
  const Place place{end_, bytes.size()};
  while (!bytes.empty()) {
    const ssize_t count = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(end_));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return Fail(ErrorCode::kIo,
                  "a temporary file cannot be written: " + std::string(std::strerror(errno)) +
                      "; TMPDIR names another folder");
    }
    end_ += static_cast<uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return place;
}

Result<std::string> SpoolFile::Read(const Place& place) const {
  std::string out(place.size, '\0');
  std::size_t have = 0;
  while (have < out.size()) {
    const ssize_t count =
        pread(fd_, out.data() + have, out.size() - have, static_cast<off_t>(place.first + have));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(ErrorCode::kIo, "a temporary file cannot be read back");
    have += static_cast<std::size_t>(count);
  }
  return out;
}

}  // namespace hone
