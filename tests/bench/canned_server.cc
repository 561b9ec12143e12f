// A loopback server that answers every POST with the same chat completion, as fast as one thread
// can: the yardstick of the benchmarks. `canned_server [HOLD]` prints its port; with HOLD it
// answers only when that many requests wait, so that they are all in flight at once.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
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
  explicit Server(std::size_t hold) : hold_(hold), answer_(Answer()) {}

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
      in.erase(0, size);
      waiting_.push_back(fd);
    }
    if (waiting_.size() < hold_) return;
    hold_ = 0;  // from now on answers leave at once
    for (const int ready : waiting_) {
      if (write(ready, answer_.data(), answer_.size()) < 0) std::perror("write");
    }
    waiting_.clear();
  }

  std::size_t hold_;
  std::string answer_;
  int listener_ = -1, poll_ = -1;
  std::unordered_map<int, Connection> connections_;
  std::vector<int> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
  return Server(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0).Run();
}
