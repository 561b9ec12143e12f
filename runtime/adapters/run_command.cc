#include "adapters/run_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "adapters/child_start.h"

namespace hone {
namespace {

constexpr std::size_t kMostOutput = 1U << 20U;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Reads until the other end is closed; false when the time is up first.
bool ReadAll(int descriptor, int64_t end_ms, std::string* out) {
  std::array<char, 4096> buffer{};
  while (true) {
    const int64_t left_ms = end_ms - NowMs();
    if (left_ms <= 0) return false;
    pollfd wait{descriptor, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(left_ms)) == 0) return false;
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    if (out->size() < kMostOutput) out->append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<CommandOutput> RunCommand(const std::vector<std::string>& arguments, int64_t timeout_ms) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return Fail(ErrorCode::kIo, arguments[0] + ": no pipe");
  }
  OwnedFd reading(pipe_ends[0]);
  OwnedFd writing(pipe_ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = -1;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  writing.Reset();
  if (failed != 0) {
    return Fail(ErrorCode::kNotFound, arguments[0] + ": there is no such program in PATH");
  }
  CommandOutput output;
  const bool in_time = ReadAll(reading.get(), NowMs() + timeout_ms, &output.out);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return Fail(ErrorCode::kTimeout,
                arguments[0] + ": no end after " + std::to_string(timeout_ms / 1000) + " s");
  }
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

void PauseMs(int64_t pause_ms) { std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms)); }

}  // namespace hone
