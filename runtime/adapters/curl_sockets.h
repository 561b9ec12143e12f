// CurlSockets: lets the loop drive libcurl's sockets and timer, with few system calls.
//
// All of libcurl's sockets are in one epoll set, and only that set is a handle of the loop. A kept
// connection stays in the set between two exchanges, so an exchange on it costs no epoll_ctl at all
// (a uv_poll per socket would cost three). Loop's thread only.
#pragma once

#include <curl/curl.h>
#include <uv.h>

#include <functional>
#include <memory>
#include <vector>

namespace hone {

class CurlSockets {
 public:
  struct Closer {
    void operator()(CurlSockets* sockets) const { sockets->Close(); }
  };
  using Owner = std::unique_ptr<CurlSockets, Closer>;

  // `after_action` runs whenever libcurl has acted, outside of its callbacks. REQUIRES: `multi`
  // lives until just before the owner is destroyed, the loop longer.
  static Owner Make(uv_loop_t* loop, CURLM* multi, std::function<void()> after_action);

  // Sets the options by which `easy` opens and closes its sockets here.
  void Attach(CURL* easy);

 private:
  // What the set knows about one descriptor.
  struct Socket {
    bool connection = false;  // opened by Attach's callback, so its closing is seen
    bool in_set = false;
    bool wanted = false;  // libcurl waits for it; else it is a kept connection
    uint32_t events = 0;  // as registered
  };

  CurlSockets(uv_loop_t* loop, CURLM* multi, std::function<void()> after_action);
  ~CurlSockets();
  void Close();
  Socket& At(curl_socket_t fd);
  void Watch(curl_socket_t fd, int what);
  void Forget(curl_socket_t fd);
  void SetTimer(long timeout_ms);
  void OnReady();
  void OnTimer();

  CURLM* multi_;
  std::function<void()> after_action_;
  int epoll_ = -1;
  uv_poll_t poll_{};
  uv_timer_t timer_{};
  std::vector<Socket> sockets_;  // by descriptor
  int closed_handles_ = 0;
};

}  // namespace hone
