#include "adapters/session/session_host.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "adapters/session/session_socket.h"

namespace hone {
namespace {

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 512> bytes;
  while (true) {
    const ssize_t got = read(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

[[noreturn]] void BeHost(int listener, int ready_fd,
                         const std::function<void(int, const HostReady&)>& serve) {
  setsid();
  signal(SIGPIPE, SIG_IGN);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, fd);
  serve(listener, [ready_fd](const std::string& why_not) {
    (void)WriteText(ready_fd, why_not.empty() ? "ok" : why_not);
    close(ready_fd);
  });
  _exit(0);
}

}  // namespace

std::string StartHost(const std::string& name,
                      const std::function<void(int, const HostReady&)>& serve) {
  const int listener = ListenForSession(name);
  if (listener < 0) return "the name " + name + " is taken";
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return std::strerror(errno);
  const pid_t host = fork();
  if (host < 0) return std::string("no process for it: ") + std::strerror(errno);
  if (host == 0) {
    close(ready[0]);
    BeHost(listener, ready[1], serve);
  }
  close(listener);
  close(ready[1]);
  const std::string said = ReadAll(ready[0]);
  close(ready[0]);
  if (said == "ok") return "";
  return said.empty() ? "its host ended before it was ready" : said;
}

ExecReport OpenReport() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  return {ends[0], ends[1]};
}

void ExecuteProgram(char** argv, const ExecReport& report) {
  signal(SIGPIPE, SIG_DFL);
  execvp(argv[0], argv);
  const std::string why =
      std::string(argv[0]) + ": " +
      (errno == ENOENT ? "there is no such program in the container" : std::strerror(errno));
  (void)WriteText(report.write_end, why);
  _exit(127);
}

std::string ReadReport(const ExecReport& report) {
  close(report.write_end);
  std::string why = ReadAll(report.read_end);
  close(report.read_end);
  return why;
}

}  // namespace hone
