// RawHttpServer: answers requests on loopback, or on a Unix socket, with exactly the bytes a test
// wrote, faults included.
//
// Replies are given out in order, one per request, by one thread that serves one connection at a
// time; without a reply left it closes. It never waits by time.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hone::testing {

struct RawReply {
  enum class Then {
    kKeep,     // read the next request from this connection
    kClose,    // close in order
    kReset,    // close with a TCP reset
    kSilence,  // send nothing more until the client gives up
  };
  std::string bytes;
  Then then = Then::kKeep;
  int repeat = 1;  // send `bytes` that often, until the client gives up
};

// A well-formed response with the given status line's end ("200 OK"), headers ("A: b\r\n") and
// body.
RawReply Respond(const std::string& status, const std::string& body,
                 const std::string& headers = "Content-Type: application/json\r\n");

class RawHttpServer {
 public:
  // `unix_path`: of the socket to make instead of a port; removed with the server.
  explicit RawHttpServer(std::vector<RawReply> replies, std::string unix_path = "");
  ~RawHttpServer();
  RawHttpServer(const RawHttpServer&) = delete;
  RawHttpServer& operator=(const RawHttpServer&) = delete;

  struct Request {
    std::string head;  // request line and headers, without the empty line
    std::string body;
    int connection = 0;  // 1, 2, ...
  };
  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

 private:
  void Serve();
  void ServeConnection(int fd, int connection);

  void ListenOnLoopback();
  void ListenOnUnixSocket();

  std::vector<RawReply> replies_;
  const std::string unix_path_;
  std::size_t next_reply_ = 0;
  int listener_ = -1;
  int stop_pipe_[2] = {-1, -1};
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace hone::testing
