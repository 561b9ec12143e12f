#include "adapters/exec_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "adapters/child_start.h"

namespace hone {
namespace {

constexpr std::size_t kComplaintBytes = 4096;

// The input as a file in memory: nothing to write while the program runs, and no pipe to break.
Result<OwnedFd> InputFile(const std::string& text) {
  OwnedFd file(memfd_create("input", MFD_CLOEXEC));
  std::string_view rest = text;
  while (file.get() >= 0 && !rest.empty()) {
    const ssize_t wrote = write(file.get(), rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (file.get() < 0 || !rest.empty() || lseek(file.get(), 0, SEEK_SET) != 0) {
    return Fail(ErrorCode::kUnavailable,
                std::string("cannot hold a program's input: ") + std::strerror(errno));
  }
  return file;
}

struct Pipe {
  OwnedFd ours, theirs;
};

Result<Pipe> OutputPipe() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    return Fail(ErrorCode::kUnavailable,
                std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  Pipe pipe;
  pipe.ours = OwnedFd(ends[0]);
  pipe.theirs = OwnedFd(ends[1]);
  return pipe;
}

}  // namespace

// What libuv's callbacks point to. It ends in one order: the group is killed, the output read to
// its end, the leader waited for, the handles closed, `done` called.
struct ExecProcess::Handles {
  Handles(UvEventLoop& event_loop, const ExecRun& run, Child started, OwnedFd out, OwnedFd err,
          Done when_done)
      : loop(event_loop),
        child(std::move(started)),
        out_fd(std::move(out)),
        err_fd(std::move(err)),
        done(std::move(when_done)),
        max_output_bytes(run.max_output_bytes),
        idle_timeout_ms(run.idle_timeout_ms),
        moved_at_ms(uv_now(event_loop.uv())),
        process(this) {
    Poll(&out_poll, out_fd,
         [](uv_poll_t* poll, int, int) { static_cast<Handles*>(poll->data)->OnOutput(); });
    Poll(&err_poll, err_fd,
         [](uv_poll_t* poll, int, int) { static_cast<Handles*>(poll->data)->OnComplaint(); });
    Poll(&exit_poll, child.exit_fd,
         [](uv_poll_t* poll, int, int) { static_cast<Handles*>(poll->data)->OnExit(); });
    if (run.total_timeout_ms > 0) {
      total_timer = loop.After(run.total_timeout_ms, [this] {
        total_timer = 0;
        Stop(ExecRunEnd::How::kTimedOut);
      });
    }
    if (idle_timeout_ms > 0) WatchIdle(idle_timeout_ms);
  }

  void Poll(uv_poll_t* poll, const OwnedFd& fd, uv_poll_cb callback) {
    poll->data = this;
    HONE_CHECK(uv_poll_init(loop.uv(), poll, fd.get()) == 0);
    HONE_CHECK(uv_poll_start(poll, UV_READABLE, callback) == 0);
  }

  void WatchIdle(int64_t delay_ms) {
    idle_timer = loop.After(delay_ms, [this] {
      idle_timer = 0;
      const auto idle = static_cast<int64_t>(uv_now(loop.uv()) - moved_at_ms);
      if (idle >= idle_timeout_ms) {
        Stop(ExecRunEnd::How::kIdle);
      } else {
        WatchIdle(idle_timeout_ms - idle);
      }
    });
  }

  // Reads what is there. False at the end of the pipe.
  template <typename Take>
  bool Read(int fd, Take take) {
    std::array<char, 16 << 10> buffer{};
    for (;;) {
      const ssize_t got = read(fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      moved_at_ms = uv_now(loop.uv());
      if (!take(std::string_view(buffer.data(), static_cast<std::size_t>(got)))) return true;
    }
  }

  void OnOutput() {
    const bool more = Read(out_fd.get(), [this](std::string_view bytes) {
      if (end.output.size() + bytes.size() > max_output_bytes) {
        Stop(ExecRunEnd::How::kTooMuch);
        return false;
      }
      end.output += bytes;
      return true;
    });
    if (!more) uv_poll_stop(&out_poll);
  }

  void OnComplaint() {
    const bool more = Read(err_fd.get(), [this](std::string_view bytes) {
      end.complaint += bytes;
      if (end.complaint.size() > 2 * kComplaintBytes) {
        end.complaint.erase(0, end.complaint.size() - kComplaintBytes);
      }
      return true;
    });
    if (!more) uv_poll_stop(&err_poll);
  }

  void KillGroup() const { kill(-child.pid, SIGKILL); }

  void Stop(ExecRunEnd::How why) {
    // Once it is waited for, its number may be somebody else's.
    if (is_stopped || is_closing) return;
    is_stopped = true;
    end.how = why;
    uv_poll_stop(&out_poll);  // of one that prints without end, nothing more is read
    KillGroup();
  }

  void OnExit() {
    if (!is_stopped) {
      OnOutput();
      OnComplaint();
    }
    Close();
  }

  void Close() {
    if (is_closing) return;
    // Whatever it left behind; before the wait, while the group's number is still taken.
    KillGroup();
    is_closing = true;
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!is_stopped && WIFSIGNALED(status)) {
      end.how = ExecRunEnd::How::kKilled;
      end.code = WTERMSIG(status);
    } else if (!is_stopped) {
      end.code = WEXITSTATUS(status);
    }
    loop.CancelTimer(total_timer);
    loop.CancelTimer(idle_timer);
    for (uv_poll_t* poll : {&out_poll, &err_poll, &exit_poll}) {
      uv_close(reinterpret_cast<uv_handle_t*>(poll), [](uv_handle_t* handle) {
        auto* self = static_cast<Handles*>(handle->data);
        if (++self->closed < 3) return;
        const Done call = std::move(self->done);
        ExecRunEnd what = std::move(self->end);
        delete self;
        if (call) call(std::move(what));
      });
    }
  }

  UvEventLoop& loop;
  Child child;
  OwnedFd out_fd, err_fd;
  Done done;
  const std::size_t max_output_bytes;
  const int64_t idle_timeout_ms;
  uint64_t moved_at_ms;
  uv_poll_t out_poll{}, err_poll{}, exit_poll{};
  EventLoop::TimerId total_timer = 0, idle_timer = 0;
  ExecRunEnd end;
  bool is_stopped = false;
  bool is_closing = false;
  int closed = 0;
  ExecProcess process;
};

Result<ExecProcess*> ExecProcess::Start(UvEventLoop& loop, const ExecRun& run, Done done) {
  HONE_ASSIGN(const OwnedFd input, InputFile(run.input));
  HONE_ASSIGN(Pipe out, OutputPipe());
  HONE_ASSIGN(Pipe err, OutputPipe());
  ProgramStart start;
  start.path = run.path;
  start.arguments = run.arguments;
  start.environment = run.environment;
  start.folder = run.folder;
  start.stdin_fd = input.get();
  start.stdout_fd = out.theirs.get();
  start.stderr_fd = err.theirs.get();
  HONE_ASSIGN(Child child, StartProgram(start));
  auto* handles = new Handles(loop, run, std::move(child), std::move(out.ours), std::move(err.ours),
                              std::move(done));
  return &handles->process;
}

void ExecProcess::Cancel() { handles_->Stop(ExecRunEnd::How::kCancelled); }

void ExecProcess::Abandon() {
  handles_->done = nullptr;
  handles_->Stop(ExecRunEnd::How::kCancelled);
  handles_->Close();
}

}  // namespace hone
