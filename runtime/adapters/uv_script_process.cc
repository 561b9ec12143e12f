// One child: a poll on its socket, a poll on its pidfd, and a queue of frames to send.
//
// The end has one order: the socket is read to its end, then on_exit says why. A child that closes
// its socket but lives on is killed after kGraceMs.
#include "adapters/uv_script_process.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/child_start.h"

namespace hone {
namespace {

constexpr int64_t kGraceMs = 250;
constexpr std::size_t kReadBytes = 256U << 10U;
constexpr int kReadsPerTurn = 8;     // then other sockets and timers have their turn
constexpr int kReadsAtEnd = 10'000;  // the socket's buffer holds less
constexpr std::size_t kMaxPieces = 64;

class Connection;

// The handle that the engine owns.
class UvScriptProcess final : public ScriptProcess {
 public:
  explicit UvScriptProcess(Connection* connection) : connection_(connection) {}
  ~UvScriptProcess() override;
  void Send(Frame frame) override;
  void Kill() override;
  int64_t CpuMs() const override;

 private:
  Connection* connection_;  // deletes itself when libuv has closed its handles
};

// What libuv's callbacks point to; it outlives the UvScriptProcess by the closing of its handles.
class Connection {
 public:
  Connection(UvEventLoop& loop, Child child, ScriptProcess::Events events)
      : loop_(loop), child_(std::move(child)), events_(std::move(events)), buffer_(kReadBytes) {
    socket_poll_.data = this;
    exit_poll_.data = this;
    HONE_CHECK(uv_poll_init(loop.uv(), &socket_poll_, child_.socket.get()) == 0);
    HONE_CHECK(uv_poll_init(loop.uv(), &exit_poll_, child_.exit_fd.get()) == 0);
    Watch(UV_READABLE);
    const int started = uv_poll_start(&exit_poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
      static_cast<Connection*>(poll->data)->OnExited();
    });
    HONE_CHECK(started == 0);
  }

  void Send(Frame frame) {
    if (socket_done_ || ended_ || closing_) return;
    Outgoing item;
    const auto size = static_cast<uint32_t>(frame.payload.size());
    for (unsigned i = 0; i < 4; ++i) item.header[i] = static_cast<char>((size >> (8U * i)) & 0xFFU);
    item.header[4] = static_cast<char>(frame.type);
    item.payload = std::move(frame.payload);
    queue_.push_back(std::move(item));
    // One system call for all the frames of this turn.
    if (!flush_due_ && !wants_write_) {
      flush_due_ = true;
      std::weak_ptr<Connection*> self = self_;
      loop_.Post([self] {
        if (const auto alive = self.lock()) (*alive)->Flush();
      });
    }
  }

  void Kill() {
    if (!reaped_) kill(child_.pid, SIGKILL);
  }

  int64_t CpuMs() const {
    clockid_t clock = 0;
    timespec used{};
    if (reaped_ || clock_getcpuclockid(child_.pid, &clock) != 0 ||
        clock_gettime(clock, &used) != 0) {
      return -1;
    }
    return int64_t{used.tv_sec} * 1000 + used.tv_nsec / 1'000'000;
  }

  // The owner is gone: no callback follows, the child is killed and waited for.
  void Close() {
    closing_ = true;
    self_.reset();
    if (grace_ != 0) loop_.CancelTimer(grace_);
    Reap(/*kill_first=*/true);
    for (uv_poll_t* poll : {&socket_poll_, &exit_poll_}) {
      uv_close(reinterpret_cast<uv_handle_t*>(poll), [](uv_handle_t* handle) {
        auto* self = static_cast<Connection*>(handle->data);
        if (++self->closed_handles_ == 2) delete self;
      });
    }
  }

 private:
  struct Outgoing {
    std::array<char, 5> header{};
    std::string payload;
    [[nodiscard]] std::size_t size() const { return header.size() + payload.size(); }
  };

  void Watch(int events) {
    const int started = uv_poll_start(&socket_poll_, events, [](uv_poll_t* poll, int, int ready) {
      static_cast<Connection*>(poll->data)->OnSocket(ready);
    });
    HONE_CHECK(started == 0);
  }

  void OnSocket(int ready) {
    if ((ready & UV_WRITABLE) != 0) Flush();
    if (closing_ || socket_done_) return;
    if ((ready & UV_READABLE) != 0) Read(kReadsPerTurn);
  }

  // Reads at most `reads` buffers and hands out their frames; stops when a callback closes us.
  void Read(int reads) {
    while (reads-- > 0 && !socket_done_) {
      const ssize_t got = recv(child_.socket.get(), buffer_.data(), buffer_.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        EndSocket();
        return;
      }
      reader_.Feed({buffer_.data(), static_cast<std::size_t>(got)});
      for (;;) {
        Result<std::optional<Frame>> next = reader_.Next();
        if (!next.ok()) {
          reason_ = "sent a broken message (" + next.error().message + ")";
          EndSocket();
          Kill();
          return;
        }
        if (!next->has_value()) break;
        events_.on_frame(std::move(**next));
        if (closing_) return;
      }
    }
  }

  void EndSocket() {
    socket_done_ = true;
    wants_write_ = false;
    queue_.clear();
    uv_poll_stop(&socket_poll_);
    if (ended_) return;
    grace_ = loop_.After(kGraceMs, [this] {
      grace_ = 0;
      if (reason_.empty()) reason_ = "closed its socket";
      Kill();
    });
  }

  void Flush() {
    flush_due_ = false;
    while (!queue_.empty() && !socket_done_ && !closing_) {
      std::array<iovec, kMaxPieces> pieces{};
      std::size_t count = 0;
      std::size_t skip = sent_of_first_;
      for (auto item = queue_.begin(); item != queue_.end() && count + 2 <= kMaxPieces; ++item) {
        for (std::string_view bytes : {std::string_view(item->header.data(), item->header.size()),
                                       std::string_view(item->payload)}) {
          const std::size_t dropped = std::min(skip, bytes.size());
          skip -= dropped;
          bytes.remove_prefix(dropped);
          if (!bytes.empty()) pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
        }
      }
      msghdr message{};
      message.msg_iov = pieces.data();
      message.msg_iovlen = count;
      const ssize_t sent = sendmsg(child_.socket.get(), &message, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno == EAGAIN) {
        WantWrite(true);
        return;
      }
      if (sent < 0) {
        // The reading side may still hold the child's last words; its end is handled there.
        queue_.clear();
        sent_of_first_ = 0;
        break;
      }
      sent_of_first_ += static_cast<std::size_t>(sent);
      while (!queue_.empty() && sent_of_first_ >= queue_.front().size()) {
        sent_of_first_ -= queue_.front().size();
        queue_.pop_front();
      }
    }
    if (!socket_done_ && !closing_) WantWrite(false);
  }

  void WantWrite(bool wanted) {
    if (wanted == wants_write_) return;
    wants_write_ = wanted;
    Watch(wanted ? UV_READABLE | UV_WRITABLE : UV_READABLE);
  }

  void OnExited() {
    uv_poll_stop(&exit_poll_);
    if (!socket_done_) Read(kReadsAtEnd);  // what it said before it died
    if (closing_) return;
    ended_ = true;
    if (!socket_done_) EndSocket();
    if (grace_ != 0) loop_.CancelTimer(grace_);
    grace_ = 0;
    const std::string words = Reap(/*kill_first=*/false);
    events_.on_exit(reason_.empty() ? words : reason_);
  }

  // Waits for the child, which has ended or is killed now, and says how it ended.
  std::string Reap(bool kill_first) {
    if (reaped_) return "";
    if (kill_first) Kill();
    int status = 0;
    pid_t waited = -1;
    do {
      waited = waitpid(child_.pid, &status, 0);
    } while (waited < 0 && errno == EINTR);
    reaped_ = true;
    if (waited < 0) return "vanished";
    if (WIFSIGNALED(status)) {
      const int signal = WTERMSIG(status);
      const char* name = sigdescr_np(signal);
      return "killed by signal " + std::to_string(signal) +
             (name == nullptr ? "" : std::string(" (") + name + ")");
    }
    return "exited with code " + std::to_string(WEXITSTATUS(status));
  }

  UvEventLoop& loop_;
  Child child_;
  ScriptProcess::Events events_;
  uv_poll_t socket_poll_{};
  uv_poll_t exit_poll_{};
  std::vector<char> buffer_;
  FrameReader reader_;
  std::deque<Outgoing> queue_;
  std::size_t sent_of_first_ = 0;
  // Tasks posted to the loop hold it weakly: they may run after we are closed.
  std::shared_ptr<Connection*> self_ = std::make_shared<Connection*>(this);
  std::string reason_;  // why we ended it ourselves
  EventLoop::TimerId grace_ = 0;
  bool flush_due_ = false;
  bool wants_write_ = false;
  bool socket_done_ = false;
  bool ended_ = false;
  bool reaped_ = false;
  bool closing_ = false;
  int closed_handles_ = 0;
};

UvScriptProcess::~UvScriptProcess() { connection_->Close(); }
void UvScriptProcess::Send(Frame frame) { connection_->Send(std::move(frame)); }
void UvScriptProcess::Kill() { connection_->Kill(); }
int64_t UvScriptProcess::CpuMs() const { return connection_->CpuMs(); }

}  // namespace

UvScriptProcessSpawner::UvScriptProcessSpawner(UvEventLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {}

Result<std::unique_ptr<ScriptProcess>> UvScriptProcessSpawner::Spawn(ScriptProcess::Events events) {
  HONE_ASSIGN(Child child, StartChild(options_.program, kScriptSocketFd, options_.inherit_stderr));
  auto* connection = new Connection(loop_, std::move(child), std::move(events));
  return std::unique_ptr<ScriptProcess>(std::make_unique<UvScriptProcess>(connection));
}

}  // namespace hone
