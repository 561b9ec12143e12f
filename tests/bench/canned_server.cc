// A loopback server that answers every POST with the same chat completion, as fast as one thread
// can: the yardstick of the benchmarks. A body with "stream":true gets the same answer as 500
// events, one for each token, in 25 writes that take turns among the waiting connections.
//
// `canned_server [HOLD [always]]` prints its port; with HOLD it answers only when that many
// requests wait, so that they are all in flight at once: the first time, or always.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

struct Connection {
  std::string in;
};

std::string Answer() {
  const std::string body =
      R"({"id":"c","object":"chat.completion","model":"canned-1","choices":[{"index":0,"message":)"
      R"({"role":"assistant","content":")" +
      std::string(2000, 'a') +
      R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":500,"completion_tokens":500,)"
      R"("total_tokens":1000}})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The streamed answer, cut into what is written at a time.
std::vector<std::string> StreamedAnswer() {
  constexpr int kWrites = 25;
  constexpr int kEventsPerWrite = 20;
  const auto chunk = [](const std::string& data) {
    std::array<char, 24> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", data.size() + 8);
    return size.data() + ("data: " + data) + "\n\n\r\n";
  };
  const std::string head =
      R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"canned-1","choices":[)";
  std::vector<std::string> writes(kWrites);
  writes[0] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::string& write : writes) {
    for (int i = 0; i < kEventsPerWrite; ++i) {
      write += chunk(head + R"({"index":0,"delta":{"content":"aaaa"},"finish_reason":null}]})");
    }
  }
  writes.back() += chunk(head + R"({"index":0,"delta":{},"finish_reason":"stop"}]})");
  writes.back() += chunk(head + R"(],"usage":{"prompt_tokens":500,"completion_tokens":500}})");
  writes.back() += chunk("[DONE]") + "0\r\n\r\n";
  return writes;
}

void WriteAll(int fd, const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + at, bytes.size() - at);
    if (n > 0) {
      at += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else {
      return;  // the client is gone
    }
  }
}

// The bytes of the first complete request in `in`, or 0.
std::size_t RequestSize(const std::string& in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  std::size_t length = 0;
  for (const char* name : {"Content-Length: ", "content-length: "}) {
    const std::size_t at = in.find(name);
    if (at < head) length = std::strtoul(in.c_str() + at + 16, nullptr, 10);
  }
  const std::size_t size = head + 4 + length;
  return in.size() >= size ? size : 0;
}

class Server {
 public:
  Server(std::size_t hold, bool always)
      : hold_(hold), always_(always), answer_(Answer()), streamed_(StreamedAnswer()) {}

  int Run() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
    if (listen(listener_, 4096) != 0) return 1;
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    poll_ = epoll_create1(0);
    Watch(listener_);
    std::array<epoll_event, 256> events{};
    while (true) {
      const int n = epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < n; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          Accept();
        } else {
          Read(fd);
        }
      }
    }
  }

 private:
  void Watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Accept() {
    int fd = 0;
    while ((fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) {
      const int one = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      connections_[fd] = {};
      Watch(fd);
    }
  }

  void Read(int fd) {
    std::array<char, 65536> buffer{};
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n <= 0) {
      connections_.erase(fd);
      close(fd);
      return;
    }
    std::string& in = connections_[fd].in;
    in.append(buffer.data(), static_cast<std::size_t>(n));
    while (const std::size_t size = RequestSize(in)) {
      const bool stream = in.substr(0, size).find("\"stream\":true") != std::string::npos;
      in.erase(0, size);
      (stream ? streaming_ : waiting_).push_back(fd);
    }
    if (waiting_.size() + streaming_.size() < hold_) return;
    if (!always_) hold_ = 0;  // from now on answers leave at once
    for (const int ready : waiting_) WriteAll(ready, answer_);
    for (const std::string& piece : streamed_) {
      for (const int ready : streaming_) WriteAll(ready, piece);
    }
    waiting_.clear();
    streaming_.clear();
  }

  std::size_t hold_;
  bool always_;
  std::string answer_;
  std::vector<std::string> streamed_;
  int listener_ = -1, poll_ = -1;
  std::unordered_map<int, Connection> connections_;
  std::vector<int> waiting_, streaming_;
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return Server(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0, argc > 2).Run();
}
