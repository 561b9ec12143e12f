#include "report/output_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPart = 255;
constexpr std::size_t kMaxParts = 32;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  void Reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

Error Problem(const std::string& place, int error) {
  if (error == ELOOP || error == ENOTDIR) {
    return Fail(ErrorCode::kRefused,
                OneLine(place, 300) + " is a link or no folder; nothing is written through it");
  }
  return Fail(ErrorCode::kIo, OneLine(place, 300) + ": " + std::strerror(error));
}

}  // namespace

Status CheckRelativeName(const std::string& name) {
  const auto refuse = [&name](const std::string& why) {
    return Fail(ErrorCode::kRefused, "the file name '" + OneLine(name, 120) + "' " + why);
  };
  if (name.empty()) return refuse("is empty");
  if (!IsValidUtf8(name)) return refuse("is not UTF-8");
  const std::vector<std::string_view> parts = Split(name, '/');
  if (parts.size() > kMaxParts) return refuse("has too many parts");
  for (const std::string_view part : parts) {
    if (part.empty()) return refuse("has an empty part");
    if (part == "." || part == "..") return refuse("leaves its folder");
    if (part.size() > kMaxPart) return refuse("has a part of more than 255 bytes");
    for (const char c : part) {
      const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
      if (is_control || c == '\\') return refuse("holds a control character or a backslash");
    }
  }
  return {};
}

Result<OutputFolder> OutputFolder::Open(const std::string& path, bool overwrite) {
  std::error_code trouble;
  fs::create_directories(path, trouble);
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    const int error = trouble ? trouble.value() : errno;
    return Fail(ErrorCode::kIo, path + " cannot be made or opened: " + std::strerror(error));
  }
  OutputFolder out(fd, path, overwrite);
  if (!overwrite && !fs::is_empty(path, trouble)) {
    return Invalid(path +
                   " holds other files; name an empty folder, or --force to write over them");
  }
  return out;
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      overwrite_(other.overwrite_),
      written_(std::move(other.written_)) {}

OutputFolder& OutputFolder::operator=(OutputFolder&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(overwrite_, other.overwrite_);
  std::swap(written_, other.written_);
  return *this;
}

OutputFolder::~OutputFolder() {
  if (fd_ >= 0) close(fd_);
}

Status OutputFolder::Write(const std::string& name, std::string_view text) {
  HONE_TRY(CheckRelativeName(name));
  const std::vector<std::string_view> parts = Split(name, '/');
  Descriptor at(fcntl(fd_, F_DUPFD_CLOEXEC, 0));
  std::string place = path_;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::string part(parts[i]);
    place += "/" + part;
    if (mkdirat(at.get(), part.c_str(), 0777) != 0 && errno != EEXIST) return Problem(place, errno);
    const int next =
        openat(at.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0) return Problem(place, errno);
    at.Reset(next);
  }
  const std::string last(parts.back());
  place += "/" + last;
  const bool is_more = written_.count(name) > 0;
  if (!is_more && overwrite_) {
    // Replaced, not written into: another name of the same file keeps its text.
    struct stat info {};
    const bool is_there = fstatat(at.get(), last.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && !S_ISREG(info.st_mode)) {
      return Fail(ErrorCode::kRefused,
                  OneLine(place, 300) + " is no regular file; it is left as it is");
    }
    if (is_there && unlinkat(at.get(), last.c_str(), 0) != 0) return Problem(place, errno);
  }
  const int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (is_more ? O_APPEND : O_CREAT | O_EXCL);
  const Descriptor file(openat(at.get(), last.c_str(), flags, 0666));
  if (file.get() < 0) return Problem(place, errno);
  while (!text.empty()) {
    const ssize_t count = write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Problem(place, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  written_.insert(name);
  return {};
}

}  // namespace hone
