#include "adapters/sandbox/entry_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace hone {
namespace {

constexpr int kSilenceMs = 60'000;
constexpr std::size_t kBufferBytes = 64U << 10U;
constexpr uint32_t kLongestText = 8192;

enum : uint8_t { kEndOfTree = 200, kAborted = 201 };  // beside the values of EntryKind

// The same program on the same machine stands at both ends.
struct Header {
  uint8_t kind = 0;
  uint8_t is_opaque = 0;
  uint8_t code = 0;  // ErrorCode of kAborted
  uint8_t unused = 0;
  uint32_t mode = 0, uid = 0, gid = 0;
  int64_t mtime_s = 0;
  uint64_t size = 0;
  uint32_t path_bytes = 0, link_bytes = 0;
};

Status Wait(int fd, short events) {
  pollfd wait{fd, events, 0};
  int ready = 0;
  do {
    ready = poll(&wait, 1, kSilenceMs);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return SystemFailure("poll", errno);
  if (ready == 0) return Fail(ErrorCode::kTimeout, "the other end of a copy stays silent");
  return Ok{};
}

class Reader {
 public:
  explicit Reader(int fd) : fd_(fd), buffer_(kBufferBytes) {}

  Status Exactly(char* into, std::size_t size) {
    while (size > 0) {
      HONE_ASSIGN(const std::string_view some, Some(size));
      std::memcpy(into, some.data(), some.size());
      into += some.size();
      size -= some.size();
    }
    return Ok{};
  }

  // 1 to `most` bytes, valid until the next call.
  Result<std::string_view> Some(std::size_t most) {
    while (begin_ == end_) {
      HONE_TRY(Wait(fd_, POLLIN));
      const ssize_t got = read(fd_, buffer_.data(), buffer_.size());
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got < 0) return SystemFailure("reading a copy", errno);
      if (got == 0) return Fail(ErrorCode::kUnavailable, "the other end of a copy is gone");
      begin_ = 0;
      end_ = static_cast<std::size_t>(got);
    }
    const std::string_view some(buffer_.data() + begin_, std::min(most, end_ - begin_));
    begin_ += some.size();
    return some;
  }

 private:
  int fd_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

void SetNonBlocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

std::string BytesOf(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof(header)};
}

}  // namespace

EntryPipeWriter::EntryPipeWriter(int fd) : fd_(fd) { SetNonBlocking(fd); }

Status EntryPipeWriter::Begin(const TreeEntry& entry) {
  Header header;
  header.kind = static_cast<uint8_t>(entry.kind);
  header.is_opaque = entry.is_opaque ? 1 : 0;
  header.mode = entry.mode;
  header.uid = entry.uid;
  header.gid = entry.gid;
  header.mtime_s = entry.mtime_s;
  header.size = entry.size;
  header.path_bytes = static_cast<uint32_t>(entry.path.size());
  header.link_bytes = static_cast<uint32_t>(entry.link.size());
  HONE_TRY(Data(BytesOf(header)));
  HONE_TRY(Data(entry.path));
  return Data(entry.link);
}

Status EntryPipeWriter::Data(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes ? Ok{} : Flush();
}

Status EntryPipeWriter::Finish() {
  Header header;
  header.kind = kEndOfTree;
  HONE_TRY(Data(BytesOf(header)));
  return Flush();
}

Status EntryPipeWriter::Abort(const Error& error) {
  Header header;
  header.kind = kAborted;
  header.code = static_cast<uint8_t>(error.code);
  const std::string text = error.message.substr(0, kLongestText);
  header.link_bytes = static_cast<uint32_t>(text.size());
  HONE_TRY(Data(BytesOf(header)));
  HONE_TRY(Data(text));
  return Flush();
}

Status EntryPipeWriter::Flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t sent = send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) {
      HONE_TRY(Wait(fd_, POLLOUT));
      continue;
    }
    if (sent < 0) return SystemFailure("writing a copy", errno);
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  buffer_.clear();
  return Ok{};
}

Status ReadEntryPipe(int fd, TreeSink* sink) {
  SetNonBlocking(fd);
  Reader reader(fd);
  while (true) {
    Header header;
    HONE_TRY(reader.Exactly(reinterpret_cast<char*>(&header), sizeof(header)));
    if (header.path_bytes > kLongestText || header.link_bytes > kLongestText) {
      return Fail(ErrorCode::kBadResponse, "an entry of a copy has a name of impossible length");
    }
    TreeEntry entry;
    entry.path.resize(header.path_bytes);
    entry.link.resize(header.link_bytes);
    HONE_TRY(reader.Exactly(entry.path.data(), entry.path.size()));
    HONE_TRY(reader.Exactly(entry.link.data(), entry.link.size()));
    if (header.kind == kEndOfTree) return sink->Finish();
    if (header.kind == kAborted) {
      const bool known = header.code <= static_cast<uint8_t>(ErrorCode::kInternal);
      return Fail(known ? static_cast<ErrorCode>(header.code) : ErrorCode::kBadResponse,
                  entry.link);
    }
    if (header.kind > static_cast<uint8_t>(EntryKind::kLeftOut)) {
      return Fail(ErrorCode::kBadResponse, "an entry of a copy is of no known kind");
    }
    entry.kind = static_cast<EntryKind>(header.kind);
    entry.is_opaque = header.is_opaque != 0;
    entry.mode = header.mode & 07777U;
    entry.uid = header.uid;
    entry.gid = header.gid;
    entry.mtime_s = header.mtime_s;
    entry.size = entry.kind == EntryKind::kFile ? header.size : 0;
    HONE_TRY(sink->Begin(entry));
    for (uint64_t left = entry.size; left > 0;) {
      HONE_ASSIGN(const std::string_view some, reader.Some(std::min<uint64_t>(left, kBufferBytes)));
      HONE_TRY(sink->Data(some));
      left -= some.size();
    }
  }
}

}  // namespace hone
