#include "adapters/curl_sockets.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/result.h"

namespace hone {

CurlSockets::Owner CurlSockets::Make(uv_loop_t* loop, CURLM* multi,
                                     std::function<void()> after_action) {
  return Owner(new CurlSockets(loop, multi, std::move(after_action)));
}

CurlSockets::CurlSockets(uv_loop_t* loop, CURLM* multi, std::function<void()> after_action)
    : multi_(multi), after_action_(std::move(after_action)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  HONE_CHECK(epoll_ >= 0);
  poll_.data = this;
  timer_.data = this;
  HONE_CHECK(uv_poll_init(loop, &poll_, epoll_) == 0);
  HONE_CHECK(uv_timer_init(loop, &timer_) == 0);
  const int started = uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
    static_cast<CurlSockets*>(poll->data)->OnReady();
  });
  HONE_CHECK(started == 0);

  const curl_socket_callback on_socket = [](CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<CurlSockets*>(self)->Watch(fd, what);
    return 0;
  };
  const curl_multi_timer_callback on_timer = [](CURLM*, long timeout_ms, void* self) {
    static_cast<CurlSockets*>(self)->SetTimer(timeout_ms);
    return 0;
  };
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
}

CurlSockets::~CurlSockets() { close(epoll_); }

void CurlSockets::Close() {
  const uv_close_cb closed = [](uv_handle_t* handle) {
    auto* self = static_cast<CurlSockets*>(handle->data);
    if (++self->closed_handles_ == 2) delete self;
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
}

void CurlSockets::Attach(CURL* easy) {
  const curl_opensocket_callback open_socket = [](void* self, curlsocktype,
                                                  curl_sockaddr* address) -> curl_socket_t {
    const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) {
      Socket& entry = static_cast<CurlSockets*>(self)->At(fd);
      entry = Socket();
      entry.connection = true;
    }
    return fd;
  };
  const curl_closesocket_callback close_socket = [](void* self, curl_socket_t fd) {
    static_cast<CurlSockets*>(self)->Forget(fd);
    return close(fd);
  };
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

CurlSockets::Socket& CurlSockets::At(curl_socket_t fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= sockets_.size()) sockets_.resize(index + 64);
  return sockets_[index];
}

void CurlSockets::Watch(curl_socket_t fd, int what) {
  Socket& entry = At(fd);
  if (what == CURL_POLL_REMOVE) {
    entry.wanted = false;
    // A resolver's pipe is closed unseen; its number would be mistaken for the next socket's.
    if (!entry.connection) Forget(fd);
    return;
  }
  uint32_t events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  entry.wanted = true;
  if (entry.in_set && entry.events == events) return;
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  const int done = epoll_ctl(epoll_, entry.in_set ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
  HONE_CHECK(done == 0);
  entry.in_set = true;
  entry.events = events;
}

void CurlSockets::Forget(curl_socket_t fd) {
  Socket& entry = At(fd);
  if (entry.in_set) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  entry = Socket();
}

void CurlSockets::SetTimer(long timeout_ms) {
  if (timeout_ms < 0) {
    uv_timer_stop(&timer_);
    return;
  }
  // Also when it is due now: libcurl must not be called from inside its own callback.
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<CurlSockets*>(timer->data)->OnTimer(); },
      static_cast<uint64_t>(timeout_ms), 0);
}

void CurlSockets::OnReady() {
  std::array<epoll_event, 256> ready{};
  const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 0);
  int running = 0;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    Socket& entry = At(event.data.fd);
    if (!entry.wanted) {
      // A kept connection that was closed from the other side: libcurl finds out when it needs it.
      const bool connection = entry.connection;
      Forget(event.data.fd);
      At(event.data.fd).connection = connection;
      continue;
    }
    int mask = 0;
    if ((event.events & EPOLLIN) != 0) mask |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) mask |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_, event.data.fd, mask, &running);
  }
  after_action_();
}

void CurlSockets::OnTimer() {
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  after_action_();
}

}  // namespace hone
