#include "adapters/session/line_host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "adapters/session/session_host.h"
#include "adapters/session/session_socket.h"

namespace hone {
namespace {

// Beyond this the program has to wait until somebody asks: a pipe that is not read fills up.
constexpr std::size_t kKeptBytes = std::size_t{4} << 20U;

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

class LineHost {
 public:
  explicit LineHost(int listener) : listener_(listener) {}

  std::string Start(char** argv) {
    int to[2];
    int from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) return std::strerror(errno);
    const ExecReport report = OpenReport();
    const pid_t program = fork();
    if (program < 0) return std::string("no process for it: ") + std::strerror(errno);
    if (program == 0) {
      setsid();
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      ExecuteProgram(argv, report);
    }
    close(to[0]);
    close(from[1]);
    to_ = to[1];
    from_ = from[0];
    for (const int fd : {to_, from_}) fcntl(fd, F_SETFL, O_NONBLOCK);
    return ReadReport(report);
  }

  void Serve() {
    while (true) Turn();
  }

 private:
  void Turn() {
    std::array<pollfd, 3> waits{};
    waits[0] = {has_ended_ || kept_.size() >= kKeptBytes ? -1 : from_, POLLIN, 0};
    waits[1] = {to_ >= 0 && !unsent_.empty() ? to_ : -1, POLLOUT, 0};
    waits[2] = {connection_ < 0 ? listener_ : -1, POLLIN, 0};
    const int64_t left = connection_ < 0 ? -1 : std::max<int64_t>(0, deadline_ms_ - NowMs());
    poll(waits.data(), waits.size(), static_cast<int>(std::min<int64_t>(left, 60'000)));
    if (waits[0].revents != 0) ReadProgram();
    if (waits[1].revents != 0) WriteProgram();
    if (waits[2].revents != 0) Accept();
    if (connection_ >= 0) AnswerIfDue();
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }

  void ReadProgram() {
    std::array<char, 65536> bytes;
    const ssize_t got = read(from_, bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
      has_ended_ = true;
      return;
    }
    std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    // The rest of a line that was cut is dropped.
    if (skip_rest_) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
      skip_rest_ = false;
    }
    kept_ += text;
  }

  void WriteProgram() {
    const ssize_t wrote = write(to_, unsent_.data(), unsent_.size());
    if (wrote > 0) unsent_.erase(0, static_cast<std::size_t>(wrote));
    if (wrote < 0 && errno != EINTR && errno != EAGAIN) {
      close(to_);
      to_ = -1;
      unsent_.clear();
    }
  }

  void Accept() {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::optional<SessionQuestion> question = TakeQuestion(connection);
    const bool is_ask = question && question->verb == SessionVerb::kAsk;
    if (!is_ask && !(question && question->verb == SessionVerb::kNext)) {
      close(connection);
      return;
    }
    connection_ = connection;
    max_bytes_ = std::min<std::size_t>(question->max_bytes, kKeptBytes);
    deadline_ms_ = NowMs() + question->wait_ms;
    if (!is_ask || to_ < 0) return;
    unsent_ += question->text + "\n";
    if (unsent_.size() > kMaxSessionBytes) unsent_.resize(kMaxSessionBytes);
    WriteProgram();
  }

  void AnswerIfDue() {
    SessionAnswer answer;
    const std::size_t end = kept_.find('\n');
    const std::size_t line = std::min(end, kept_.size());
    if (end != std::string::npos || line > max_bytes_ || (has_ended_ && line > 0)) {
      answer.truncated = line > max_bytes_;
      answer.text = kept_.substr(0, std::min(line, max_bytes_));
      skip_rest_ = end == std::string::npos;
      kept_.erase(0, end == std::string::npos ? line : end + 1);
      answer.ended = has_ended_ && kept_.empty();
    } else if (has_ended_) {
      answer.has_text = false;
      answer.ended = true;
    } else if (NowMs() >= deadline_ms_) {
      answer.has_text = false;
      answer.timed_out = true;
    } else {
      return;
    }
    GiveAnswer(connection_, answer);
    close(connection_);
    connection_ = -1;
  }

  const int listener_;
  int to_ = -1, from_ = -1;
  bool has_ended_ = false;
  bool skip_rest_ = false;
  std::string kept_, unsent_;
  int connection_ = -1;
  std::size_t max_bytes_ = 0;
  int64_t deadline_ms_ = 0;
};

}  // namespace

std::string StartLineProgram(const std::string& name, char** argv) {
  return StartHost(name, [&](int listener, const HostReady& ready) {
    LineHost host(listener);
    const std::string why_not = host.Start(argv);
    ready(why_not);
    if (why_not.empty()) host.Serve();
  });
}

}  // namespace hone
