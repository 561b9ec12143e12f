#include "data/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMaxRead = 1U << 20U;

Error OpenError(const std::string& path, int error) {
  const ErrorCode code =
      error == ENOENT || error == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Fail(code, OneLine(path, 300) + ": cannot be read: " + std::strerror(error));
}

}  // namespace

void ByteSource::Close::operator()(void* file) const { gzclose_r(static_cast<gzFile>(file)); }

Result<ByteSource> ByteSource::Open(const std::string& path) {
  // O_NONBLOCK: opening a pipe without a writer must not wait.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return OpenError(path, errno);
  struct stat info {};
  if (fstat(fd, &info) != 0) {
    const int error = errno;
    close(fd);
    return OpenError(path, error);
  }
  if (!S_ISREG(info.st_mode)) {
    close(fd);
    return Invalid(OneLine(path, 300) + ": is not a regular file");
  }
  gzFile file = gzdopen(fd, "rb");
  if (file == nullptr) {
    close(fd);
    return Fail(ErrorCode::kIo, OneLine(path, 300) + ": no memory to read it");
  }
  gzbuffer(file, 1U << 16U);
  return ByteSource(path, file);
}

Result<std::size_t> ByteSource::Read(std::size_t limit, std::string* out) {
  auto* file = static_cast<gzFile>(file_.get());
  const std::size_t old_size = out->size();
  const std::size_t wanted = std::min(limit, kMaxRead);
  out->resize(old_size + wanted);
  const int count = gzread(file, out->data() + old_size, static_cast<unsigned>(wanted));
  out->resize(old_size + static_cast<std::size_t>(std::max(count, 0)));
  int code = Z_OK;
  const char* message = gzerror(file, &code);
  if (count < 0 || code == Z_BUF_ERROR) {
    if (code == Z_ERRNO) return OpenError(path_, errno);
    std::string reason = "the compressed data ends too early";
    if (code != Z_BUF_ERROR) {
      const std::string text = message;  // "<fd:13>: what"
      reason = text.substr(text.starts_with("<fd:") ? text.find(' ') + 1 : 0);
    }
    return Fail(ErrorCode::kCorrupt, OneLine(path_, 300) + ": damaged gzip file: " + reason);
  }
  return static_cast<std::size_t>(count);
}

}  // namespace hone
