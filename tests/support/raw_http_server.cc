#include "support/raw_http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/result.h"
#include "base/text.h"

namespace hone::testing {
namespace {

// Waits until `fd` can be read; false when the server is to stop.
bool Readable(int fd, int stop_fd) {
  pollfd waiting[2] = {{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
  return poll(waiting, 2, -1) > 0 && waiting[1].revents == 0;
}

std::size_t ContentLength(const std::string& head) {
  const std::string lower = ToLowerAscii(head);
  const std::size_t at = lower.find("content-length:");
  return at == std::string::npos ? 0 : std::strtoul(lower.c_str() + at + 15, nullptr, 10);
}

bool SendAll(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

RawReply Respond(const std::string& status, const std::string& body, const std::string& headers) {
  return {"HTTP/1.1 " + status + "\r\n" + headers +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

RawHttpServer::RawHttpServer(std::vector<RawReply> replies, std::string unix_path)
    : replies_(std::move(replies)), unix_path_(std::move(unix_path)) {
  if (unix_path_.empty()) {
    ListenOnLoopback();
  } else {
    ListenOnUnixSocket();
  }
  HONE_CHECK(listen(listener_, 64) == 0);
  HONE_CHECK(pipe(stop_pipe_) == 0);
  thread_ = std::thread([this] { Serve(); });
}

void RawHttpServer::ListenOnLoopback() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  HONE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  HONE_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

void RawHttpServer::ListenOnUnixSocket() {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  HONE_CHECK(unix_path_.size() < sizeof address.sun_path);
  unix_path_.copy(address.sun_path, unix_path_.size());
  HONE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

RawHttpServer::~RawHttpServer() {
  close(stop_pipe_[1]);
  thread_.join();
  close(stop_pipe_[0]);
  close(listener_);
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
}

std::vector<RawHttpServer::Request> RawHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RawHttpServer::Serve() {
  for (int connection = 1; Readable(listener_, stop_pipe_[0]); ++connection) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ServeConnection(fd, connection);
    close(fd);
  }
}

void RawHttpServer::ServeConnection(int fd, int connection) {
  std::string buffer;
  char bytes[65536];
  for (;;) {
    std::size_t head_end = buffer.find("\r\n\r\n");
    const bool whole = head_end != std::string::npos &&
                       buffer.size() >= head_end + 4 + ContentLength(buffer.substr(0, head_end));
    if (!whole) {
      if (!Readable(fd, stop_pipe_[0])) return;
      const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
      if (got <= 0) return;
      buffer.append(bytes, static_cast<std::size_t>(got));
      continue;
    }
    Request request;
    request.head = buffer.substr(0, head_end);
    request.body = buffer.substr(head_end + 4, ContentLength(request.head));
    request.connection = connection;
    buffer.erase(0, head_end + 4 + request.body.size());
    RawReply reply{"", RawReply::Then::kClose};
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
      if (next_reply_ < replies_.size()) reply = replies_[next_reply_++];
    }
    for (int i = 0; i < reply.repeat; ++i) {
      if (!SendAll(fd, reply.bytes)) return;
    }
    if (reply.then == RawReply::Then::kClose) return;
    if (reply.then == RawReply::Then::kReset) {
      const linger at_once{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return;
    }
    if (reply.then == RawReply::Then::kSilence) {
      while (Readable(fd, stop_pipe_[0]) && recv(fd, bytes, sizeof bytes, 0) > 0) {
      }
      return;
    }
  }
}

}  // namespace hone::testing
