#include "adapters/sandbox/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "adapters/sandbox/tree_entry.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int kGraceMs = 2'000;
constexpr int kMessagesPerTurn = 64;

}  // namespace

Sandbox::Sandbox(UvEventLoop& loop, Child child, OwnedFd socket, OwnedFd stderr_fd, Events events)
    : loop_(loop),
      child_(std::move(child)),
      socket_(std::move(socket)),
      stderr_(std::move(stderr_fd)),
      events_(std::move(events)) {
  socket_watch_ = std::make_unique<FdWatch>(loop, socket_.get(), UV_READABLE,
                                            [this](int ready) { OnSocket(ready); });
  exit_watch_ = std::make_unique<FdWatch>(loop, child_.exit_fd.get(), UV_READABLE,
                                          [this](int /*ready*/) { OnExit(); });
}

Result<std::unique_ptr<Sandbox>> Sandbox::Start(UvEventLoop& loop, Setup setup, Events events) {
  int pair[2] = {-1, -1};
  int pipe_ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    return SystemFailure("a container's socket", errno);
  }
  OwnedFd ours(pair[0]);
  const OwnedFd theirs(pair[1]);
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return SystemFailure("a container's pipe", errno);
  OwnedFd words(pipe_ends[0]);
  const OwnedFd words_write(pipe_ends[1]);
  const OwnedFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  fcntl(words.get(), F_SETFL, O_NONBLOCK);

  ProgramStart start;
  start.path = setup.keeper_program;
  start.arguments = {"hone-keeper", "launch"};
  start.folder = "/";
  start.stdin_fd = theirs.get();
  start.stdout_fd = null.get();
  start.stderr_fd = words_write.get();
  HONE_ASSIGN(Child child, StartProgram(start));
  std::unique_ptr<Sandbox> sandbox(
      new Sandbox(loop, std::move(child), std::move(ours), std::move(words), std::move(events)));
  HONE_ASSIGN(OwnedFd texts, PackTexts(setup.launch.Texts()));
  std::vector<OwnedFd> fds;
  fds.push_back(std::move(texts));
  // Opened anew: each bwrap reads the filter from its beginning.
  const std::string filter = "/proc/self/fd/" + std::to_string(setup.filter_fd);
  fds.emplace_back(fcntl(setup.keeper_fd, F_DUPFD_CLOEXEC, 0));
  fds.emplace_back(open(filter.c_str(), O_RDONLY | O_CLOEXEC));
  fds.emplace_back(fcntl(setup.upper_fd, F_DUPFD_CLOEXEC, 0));
  sandbox->Send(KeeperWord::kLaunch, 0, std::move(fds));
  return sandbox;
}

Sandbox::~Sandbox() {
  if (grace_ != 0) loop_.CancelTimer(grace_);
  socket_watch_.reset();
  exit_watch_.reset();
  // The keeper ends with its socket, and bwrap when all in it is dead.
  socket_.Reset();
  Reap();
}

void Sandbox::Reap() {
  if (reaped_) return;
  reaped_ = true;
  pollfd wait{child_.exit_fd.get(), POLLIN, 0};
  if (poll(&wait, 1, kGraceMs) != 1) kill(child_.pid, SIGKILL);
  while (waitpid(child_.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Sandbox::Send(KeeperWord word, uint32_t command, std::vector<OwnedFd> fds) {
  queue_.push_back({{word, command, 0}, std::move(fds)});
  if (queue_.size() == 1) Flush();
}

void Sandbox::Flush() {
  while (!queue_.empty() && socket_.get() >= 0) {
    std::vector<int> fds;
    for (const OwnedFd& fd : queue_.front().fds) fds.push_back(fd.get());
    if (!SendMessage(socket_.get(), queue_.front().packet, fds) && errno == EAGAIN) {
      socket_watch_->Watch(UV_READABLE | UV_WRITABLE);
      return;
    }
    queue_.pop_front();  // when the keeper is gone, its exit tells
  }
  if (socket_.get() >= 0) socket_watch_->Watch(UV_READABLE);
}

void Sandbox::OnSocket(int ready) {
  if ((ready & UV_WRITABLE) != 0) Flush();
  KeeperMessage message;
  for (int i = 0; i < kMessagesPerTurn; ++i) {
    const Received received = ReceiveMessage(socket_.get(), MSG_DONTWAIT, &message);
    if (received == Received::kNothing) return;
    if (received == Received::kClosed) return End();
    // The handler may destroy us.
    const std::function<void(const KeeperPacket&)> handler = events_.on_word;
    const KeeperPacket packet = message.packet;
    const std::weak_ptr<bool> alive = alive_;
    handler(packet);
    if (alive.expired() || socket_.get() < 0) return;
  }
}

void Sandbox::End() {
  if (socket_.get() < 0) return;
  socket_watch_.reset();
  socket_.Reset();
  queue_.clear();
  grace_ = loop_.After(kGraceMs, [this] {
    grace_ = 0;
    if (!reaped_) kill(child_.pid, SIGKILL);
  });
}

std::string Sandbox::LastWords() const {
  std::array<char, 1000> text{};
  const ssize_t got = read(stderr_.get(), text.data(), text.size());
  if (got <= 0) return {};
  return OneLine(Trim({text.data(), static_cast<std::size_t>(got)}), 400);
}

void Sandbox::OnExit() {
  exit_watch_.reset();
  if (grace_ != 0) loop_.CancelTimer(grace_);
  grace_ = 0;
  socket_watch_.reset();
  // What it said before it ended is heard first.
  KeeperMessage message;
  const std::weak_ptr<bool> alive = alive_;
  while (socket_.get() >= 0 &&
         ReceiveMessage(socket_.get(), MSG_DONTWAIT, &message) == Received::kMessage) {
    const KeeperPacket packet = message.packet;
    events_.on_word(packet);
    if (alive.expired()) return;
  }
  socket_.Reset();
  Reap();
  std::string words = LastWords();
  if (words.empty()) words = "its first process has ended";
  const std::function<void(std::string)> handler = events_.on_gone;
  handler(std::move(words));
}

}  // namespace hone
