#include "adapters/session/terminal_host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "adapters/session/control_stripper.h"
#include "adapters/session/session_host.h"
#include "adapters/session/session_socket.h"
#include "adapters/session/terminal_screen.h"

namespace hone {
namespace {

constexpr int64_t kQuietMs = 250;
constexpr int64_t kSettleMs = 1000;
constexpr std::size_t kKeptBytes = std::size_t{4} << 20U;  // of output that nobody asked for

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

class TerminalHost {
 public:
  TerminalHost(int listener, int rows, int columns) : listener_(listener), screen_(rows, columns) {}

  std::string Start(char** argv) {
    pty_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pty_ < 0 || grantpt(pty_) != 0 || unlockpt(pty_) != 0) {
      return std::string("no pseudo-terminal in this container: ") + std::strerror(errno);
    }
    winsize size{};
    size.ws_row = static_cast<unsigned short>(screen_.rows());
    size.ws_col = static_cast<unsigned short>(screen_.columns());
    ioctl(pty_, TIOCSWINSZ, &size);
    char path[128];
    if (ptsname_r(pty_, path, sizeof path) != 0) return std::strerror(errno);
    const ExecReport report = OpenReport();
    program_ = fork();
    if (program_ < 0) return std::string("no process for it: ") + std::strerror(errno);
    if (program_ == 0) {
      setsid();
      const int terminal = open(path, O_RDWR);
      if (terminal < 0) _exit(126);
      ioctl(terminal, TIOCSCTTY, 0);
      for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(terminal, fd);
      if (terminal > STDERR_FILENO) close(terminal);
      if (getenv("TERM") == nullptr) setenv("TERM", "xterm", 1);
      ExecuteProgram(argv, report);
    }
    fcntl(pty_, F_SETFL, O_NONBLOCK);
    return ReadReport(report);
  }

  // Lets the program get as far as its first prompt: keys that come before it are echoed twice.
  void Settle() {
    const int64_t until = NowMs() + kSettleMs;
    while (!ended_ && NowMs() < until) {
      pollfd wait{pty_, POLLIN, 0};
      const bool has_said = last_output_ms_ > 0;
      if (poll(&wait, 1, static_cast<int>(has_said ? kQuietMs / 2 : until - NowMs())) <= 0) return;
      ReadTerminal();
    }
  }

  void Serve() {
    while (true) Turn();
  }

 private:
  // One wait for something to happen, and what follows from it.
  void Turn() {
    std::array<pollfd, 2> waits{};
    const bool has_keys = !keys_.empty() && !ended_;
    waits[0] = {ended_ ? -1 : pty_, static_cast<short>(POLLIN | (has_keys ? POLLOUT : 0)), 0};
    waits[1] = {connection_ < 0 ? listener_ : -1, POLLIN, 0};
    poll(waits.data(), waits.size(), TimeOut());
    if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) ReadTerminal();
    if ((waits[0].revents & POLLOUT) != 0) WriteKeys();
    if (waits[1].revents != 0) Accept();
    if (connection_ >= 0 && IsDue()) Answer();
  }

  [[nodiscard]] int TimeOut() const {
    if (connection_ < 0) return -1;
    const int64_t now = NowMs();
    int64_t next = deadline_ms_ - now;
    // Looked at again when it could be quiet, and now and then for who is in the foreground.
    next = std::min(next, std::max<int64_t>(last_output_ms_ + kQuietMs - now, 50));
    return static_cast<int>(std::clamp<int64_t>(next, 0, 60'000));
  }

  [[nodiscard]] bool IsDue() const {
    const int64_t now = NowMs();
    if (ended_ || now >= deadline_ms_) return true;
    return keys_.empty() && now - last_output_ms_ >= kQuietMs && tcgetpgrp(pty_) == program_;
  }

  void ReadTerminal() {
    std::array<char, 65536> bytes;
    const ssize_t got = read(pty_, bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
      ended_ = true;  // every process has closed the terminal
      return;
    }
    last_output_ms_ = NowMs();
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    screen_.Feed(text);
    stripper_.Feed(text, &output_);
    if (output_.size() > kKeptBytes) {
      output_.erase(0, output_.size() - kKeptBytes / 2);
      lost_ = true;
    }
    ReapProgram();
  }

  void WriteKeys() {
    const ssize_t wrote = write(pty_, keys_.data(), keys_.size());
    if (wrote > 0) keys_.erase(0, static_cast<std::size_t>(wrote));
    if (wrote > 0) last_output_ms_ = NowMs();  // time for an echo
  }

  void ReapProgram() {
    int wait_status = 0;
    if (program_ > 0 && waitpid(program_, &wait_status, WNOHANG) == program_) program_ = 0;
  }

  void Accept() {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::optional<SessionQuestion> question = TakeQuestion(connection);
    if (!question) {
      close(connection);
      return;
    }
    if (question->verb == SessionVerb::kScreen) {
      while (!ended_ && HasInput()) ReadTerminal();
      SessionAnswer answer;
      answer.ended = ended_;
      answer.text = screen_.Text();
      GiveAnswer(connection, answer);
      close(connection);
      return;
    }
    connection_ = connection;
    max_bytes_ = question->max_bytes;
    if (!ended_) keys_ += question->text;
    if (keys_.size() > kMaxSessionBytes) keys_.resize(kMaxSessionBytes);
    last_output_ms_ = NowMs();
    deadline_ms_ = last_output_ms_ + question->wait_ms;
    if (!keys_.empty()) WriteKeys();
  }

  [[nodiscard]] bool HasInput() const {
    pollfd wait{pty_, POLLIN, 0};
    return poll(&wait, 1, 0) > 0 && (wait.revents & POLLIN) != 0;
  }

  void Answer() {
    ReapProgram();
    SessionAnswer answer;
    answer.ended = ended_ || program_ == 0;
    answer.truncated = lost_ || output_.size() > max_bytes_;
    answer.text = output_.substr(0, max_bytes_);
    GiveAnswer(connection_, answer);
    close(connection_);
    connection_ = -1;
    output_.clear();
    lost_ = false;
  }

  const int listener_;
  int pty_ = -1;
  pid_t program_ = -1;  // 0: it has ended
  bool ended_ = false;  // nothing comes from the terminal any more
  TerminalScreen screen_;
  ControlStripper stripper_;
  std::string output_;
  bool lost_ = false;
  std::string keys_;  // not yet taken by the terminal
  int connection_ = -1;
  std::size_t max_bytes_ = 0;
  int64_t deadline_ms_ = 0, last_output_ms_ = 0;
};

}  // namespace

std::string StartTerminal(const std::string& name, int rows, int columns, char** argv) {
  return StartHost(name, [&](int listener, const HostReady& ready) {
    TerminalHost host(listener, rows, columns);
    const std::string why_not = host.Start(argv);
    if (why_not.empty()) host.Settle();
    ready(why_not);
    if (why_not.empty()) host.Serve();
  });
}

}  // namespace hone
