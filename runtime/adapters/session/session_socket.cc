#include "adapters/session/session_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace hone {
namespace {

constexpr std::size_t kQuestionHeader = 13;
constexpr std::size_t kAnswerHeader = 5;
constexpr long kSilenceSeconds = 5;

socklen_t AddressOf(const std::string& name, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  const std::string full = "hone-session/" + name;
  const std::size_t size = std::min(full.size(), sizeof address->sun_path - 1);
  std::memcpy(address->sun_path + 1, full.data(), size);
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + size);
}

void AppendNumber(uint32_t number, std::string* text) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) *text += static_cast<char>(number >> shift);
}

uint32_t NumberAt(const std::string& text, std::size_t at) {
  uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(text[at + i]);
  }
  return number;
}

bool ReadText(int fd, std::size_t size, std::string* text) {
  text->resize(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = read(fd, text->data() + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

bool IsFriend(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == 0 || peer.uid == geteuid());
}

}  // namespace

bool WriteText(int fd, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t wrote = write(fd, text.data() + sent, text.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    sent += static_cast<std::size_t>(wrote);
  }
  return true;
}

int ListenForSession(const std::string& name) {
  sockaddr_un address;
  const socklen_t size = AddressOf(name, &address);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 16) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

std::optional<SessionQuestion> TakeQuestion(int connection) {
  if (!IsFriend(connection)) return std::nullopt;
  const timeval limit{kSilenceSeconds, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  std::string header;
  if (!ReadText(connection, kQuestionHeader, &header)) return std::nullopt;
  SessionQuestion question;
  question.verb = static_cast<SessionVerb>(header[0]);
  question.wait_ms = NumberAt(header, 1);
  question.max_bytes = std::min(NumberAt(header, 5), kMaxSessionBytes);
  const uint32_t size = NumberAt(header, 9);
  if (size > kMaxSessionBytes || !ReadText(connection, size, &question.text)) return std::nullopt;
  return question;
}

void GiveAnswer(int connection, const SessionAnswer& answer) {
  std::string text(1, static_cast<char>((answer.ended ? 1 : 0) | (answer.truncated ? 2 : 0) |
                                        (answer.timed_out ? 4 : 0) | (answer.has_text ? 8 : 0)));
  AppendNumber(static_cast<uint32_t>(answer.text.size()), &text);
  (void)WriteText(connection, text + answer.text);
}

std::optional<SessionAnswer> AskSession(const std::string& name, const SessionQuestion& question) {
  sockaddr_un address;
  const socklen_t address_size = AddressOf(name, &address);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  std::optional<SessionAnswer> answer;
  std::string text(1, static_cast<char>(question.verb));
  AppendNumber(question.wait_ms, &text);
  AppendNumber(question.max_bytes, &text);
  AppendNumber(static_cast<uint32_t>(question.text.size()), &text);
  std::string header;
  std::string body;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), address_size) == 0 && IsFriend(fd) &&
      WriteText(fd, text + question.text) && ReadText(fd, kAnswerHeader, &header)) {
    const uint32_t size = NumberAt(header, 1);
    if (size <= kMaxSessionBytes && ReadText(fd, size, &body)) {
      const int bits = header[0];
      answer = SessionAnswer{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0,
                             std::move(body)};
    }
  }
  close(fd);
  return answer;
}

}  // namespace hone
