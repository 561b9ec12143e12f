#include "adapters/sandbox/container.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "adapters/sandbox/bwrap_arguments.h"
#include "adapters/sandbox/remove_tree.h"
#include "adapters/sandbox/tree_entry.h"
#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kKillGraceMs = 10'000;  // for the keeper to kill a tree
constexpr int kKilledExit = 128 + SIGKILL;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Status CheckCommand(const ExecSpec& spec) {
  if (spec.argv.empty()) return Invalid("a command needs at least a program");
  for (const std::string& word : spec.argv) {
    if (word.find('\0') != std::string::npos) return Invalid("an argument has a NUL in it");
  }
  for (const auto& [name, value] : spec.env) {
    if (name.empty() || name.find('=') != std::string::npos ||
        (name + value).find('\0') != std::string::npos) {
      return Invalid("'" + OneLine(name, 80) + "' cannot be a variable of the environment");
    }
  }
  return Ok{};
}

}  // namespace

// One command, from its start to the hand-over of its end.
struct Container::Running {
  ExecEnd end;
  Done<ExecEnd> done;
  std::unique_ptr<OutputPipe> out, err;
  EventLoop::TimerId timer = 0;
  int64_t started_ms = 0;
  int64_t memory_kills = 0;  // before it started
  bool is_killed = false;    // by us: its end counts when nothing of it is left
};

Container::Container(Setup setup) : setup_(std::move(setup)) {}

Result<std::unique_ptr<Container>> Container::Make(Setup setup, Done<Ok> ready) {
  std::unique_ptr<Container> container(new Container(std::move(setup)));
  container->folder_ = container->setup_.owner_path + "/" + container->setup_.id;
  const Status started = container->Start();
  if (!started.ok()) {
    container->sandbox_.reset();
    (void)container->Removal()();
    return started.error();
  }
  container->ready_ = std::move(ready);
  return container;
}

Container::~Container() {
  for (const auto& [command, one] : running_) setup_.loop->CancelTimer(one->timer);
}

Status Container::Start() {
  const IdRange ids = setup_.store->ids();
  const ContainerLimits& limits = setup_.spec.limits;
  for (const char* inner : {"", "/upper", "/work", "/merged"}) {
    const std::string path = folder_ + inner;
    if (mkdir(path.c_str(), 0755) != 0) return SystemFailure(path, errno);
    if (ids.n > 0 && *inner != '\0' && chown(path.c_str(), ids.first, ids.first) != 0) {
      return SystemFailure(path, errno);
    }
  }
  group_ = Cgroup::Make(setup_.tools->cgroups, setup_.owner_name + "-" + setup_.id,
                        {limits.memory_bytes, limits.pids, limits.cpus});
  return Launch();
}

Status Container::Launch() {
  const IdRange ids = setup_.store->ids();
  const ContainerLimits& limits = setup_.spec.limits;
  const OwnedFd upper(open((folder_ + "/upper").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (upper.get() < 0) return SystemFailure(folder_, errno);
  is_ready_ = false;
  Sandbox::Setup start;
  start.keeper_program = setup_.tools->keeper_program;
  start.keeper_fd = setup_.tools->keeper.get();
  start.filter_fd = setup_.tools->filter.get();
  start.upper_fd = upper.get();

  // Relative to the store, so that no path of the host shows in the container's /proc/mounts.
  const std::string here = folder_.substr(setup_.store->folder().size() + 1);
  std::string lower;
  for (auto layer = setup_.image.layers.rbegin(); layer != setup_.image.layers.rend(); ++layer) {
    lower += (lower.empty() ? "layers/" : ":layers/") + *layer;
  }
  start.launch.folder = setup_.store->folder();
  start.launch.overlay =
      "userxattr,lowerdir=" + lower + ",upperdir=" + here + "/upper,workdir=" + here + "/work";
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (start.launch.overlay.size() >= page) {
    return Invalid("an image of " + std::to_string(setup_.image.layers.size()) +
                   " layers is too deep: too many snapshots of snapshots");
  }
  start.launch.merged = here + "/merged";
  start.launch.first_id = ids.first;
  start.launch.ids = ids.n;
  BwrapOptions options;
  options.program = setup_.tools->bwrap_program;
  options.network = limits.network;
  options.has_ids = ids.n > 0;
  options.disk_bytes = limits.disk_bytes;
  options.memory_bytes = group_.Limits("memory") ? 0 : limits.memory_bytes;
  options.pids = group_.Limits("pids") ? 0 : limits.pids;
  start.launch.command = BwrapArguments(options);
  HONE_ASSIGN(sandbox_, Sandbox::Start(*setup_.loop, std::move(start),
                                       {[this](const KeeperPacket& packet) { OnWord(packet); },
                                        [this](const std::string& why) { OnGone(why); }}));
  return Ok{};
}

Status Container::Usable() const {
  if (!gone_.empty()) {
    return Fail(ErrorCode::kUnavailable, "container " + setup_.id + " has ended: " + gone_);
  }
  if (is_frozen_) {
    return Fail(ErrorCode::kUnavailable,
                "container " + setup_.id + " is closed: its changes have been read");
  }
  return Ok{};
}

void Container::OnWord(const KeeperPacket& packet) {
  switch (packet.word) {
    case KeeperWord::kReady:
      is_ready_ = true;
      if (ready_) std::exchange(ready_, nullptr)(Ok{});
      return;
    case KeeperWord::kDiskFull:
      disk_is_full_ = true;
      return;
    case KeeperWord::kEnded:
      return OnEnded(packet.command, packet.value);
    case KeeperWord::kGone:
      return Finish(packet.command);
    default:
      return;
  }
}

void Container::OnGone(const std::string& why) {
  // By its commands' doing: they have ended, and those that are given from here on run again.
  const bool is_killed = is_ready_ && !is_frozen_ && !ended_;
  if (!is_killed || !Launch().ok()) gone_ = why;
  const uint32_t last_killed = last_command_;
  const std::weak_ptr<bool> alive = alive_;
  // Whoever is told may destroy us.
  if (ready_) {
    std::exchange(ready_,
                  nullptr)(Fail(ErrorCode::kUnavailable, "bubblewrap made no container: " + why));
    if (alive.expired()) return;
  }
  while (!running_.empty() && running_.begin()->first <= last_killed) {
    if (is_killed) {
      Running& one = *running_.begin()->second;
      one.is_killed = true;
      if (one.end.killed_by.empty()) one.end.killed_by = disk_is_full_ ? "disk" : "memory";
      Finish(running_.begin()->first);
    } else {
      const std::unique_ptr<Running> lost = std::move(running_.begin()->second);
      running_.erase(running_.begin());
      setup_.loop->CancelTimer(lost->timer);
      lost->done(Usable().error());
    }
    if (alive.expired()) return;
  }
  if (ended_) std::exchange(ended_, nullptr)();
}

void Container::Exec(ExecSpec spec, Done<ExecEnd> done) {
  Status fine = CheckCommand(spec);
  if (fine.ok()) fine = Usable();
  if (!fine.ok()) return Later<ExecEnd>(std::move(done), fine.error());
  const ImageConfig& config = setup_.image.config;
  std::map<std::string, std::string> env = {{"PATH", kDefaultPath}, {"HOSTNAME", "sandbox"}};
  for (const std::map<std::string, std::string>& more : {config.env, setup_.spec.env, spec.env}) {
    for (const auto& [name, value] : more) env[name] = value;
  }
  KeeperExec exec;
  exec.user = spec.user.empty() ? config.user : spec.user;
  exec.workdir = spec.workdir.empty() ? config.workdir : spec.workdir;
  for (const auto& [name, value] : env) exec.env.push_back(name + "=" + value);
  exec.argv = std::move(spec.argv);

  auto one = std::make_unique<Running>();
  std::vector<OwnedFd> fds;
  Result<OwnedFd> texts = PackTexts(exec.Texts());
  Result<OwnedFd> input = MakeSealedFile("stdin", spec.stdin_text);
  if (!texts.ok()) return Later<ExecEnd>(std::move(done), texts.error());
  if (!input.ok()) return Later<ExecEnd>(std::move(done), input.error());
  Result<std::vector<OwnedFd>> groups = group_.OpenProcs();
  if (!groups.ok()) return Later<ExecEnd>(std::move(done), groups.error());
  fds.push_back(std::move(*texts));
  fds.push_back(std::move(*input));
  const IdRange ids = setup_.store->ids();
  for (std::unique_ptr<OutputPipe>* pipe : {&one->out, &one->err}) {
    int ends[2] = {-1, -1};
    // Owned by the container's root, who gives it on to the command's user.
    if (pipe2(ends, O_CLOEXEC) != 0 || (ids.n > 0 && fchown(ends[1], ids.first, ids.first) != 0)) {
      return Later<ExecEnd>(std::move(done), SystemFailure("a command's pipe", errno));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *pipe = std::make_unique<OutputPipe>(*setup_.loop, OwnedFd(ends[0]), spec.max_output_bytes);
    fds.emplace_back(ends[1]);
  }
  const uint32_t command = ++last_command_;
  one->done = std::move(done);
  one->started_ms = NowMs();
  one->memory_kills = group_.MemoryKills();
  one->timer = setup_.loop->After(spec.timeout_ms, [this, command] { OnTimeout(command); });
  running_[command] = std::move(one);
  disk_is_full_ = false;
  for (OwnedFd& group : *groups) fds.push_back(std::move(group));
  sandbox_->Send(KeeperWord::kExec, command, std::move(fds));
}

void Container::OnTimeout(uint32_t command) {
  Running& one = *running_.at(command);
  if (one.is_killed) {  // the keeper had its time: somebody inside is in its way
    sandbox_->End();
    return;
  }
  one.is_killed = true;
  one.end.timed_out = true;
  one.end.killed_by = "time";
  one.timer = setup_.loop->After(kKillGraceMs, [this, command] { OnTimeout(command); });
  sandbox_->Send(KeeperWord::kKill, command, {});
}

void Container::OnEnded(uint32_t command, int64_t status) {
  const auto found = running_.find(command);
  if (found == running_.end()) return;
  Running& one = *found->second;
  if (one.is_killed) return;  // kGone follows
  const int code = static_cast<int>(status);
  if (status < 0 || status > 0xFFFF) {
    one.end.exit_code = kKilledExit;  // it lost its supervisor
  } else {
    one.end.exit_code = WIFSIGNALED(code) ? 128 + WTERMSIG(code) : WEXITSTATUS(code);
  }
  if (disk_is_full_) one.end.killed_by = "disk";
  if (one.end.exit_code != 0 && group_.MemoryKills() > one.memory_kills) {
    one.end.killed_by = "memory";
  }
  if (!one.end.killed_by.empty()) one.end.exit_code = -1;
  Finish(command);
}

void Container::Finish(uint32_t command) {
  const auto found = running_.find(command);
  if (found == running_.end()) return;
  const std::unique_ptr<Running> one = std::move(found->second);
  running_.erase(found);
  setup_.loop->CancelTimer(one->timer);
  if (one->is_killed) one->end.exit_code = -1;
  one->out->Drain();
  one->err->Drain();
  one->end.out_truncated = one->out->is_truncated();
  one->end.err_truncated = one->err->is_truncated();
  one->end.out = one->out->Take();
  one->end.err = one->err->Take();
  one->end.duration_ms = NowMs() - one->started_ms;
  DrainLater(std::move(one->out));
  DrainLater(std::move(one->err));
  one->done(std::move(one->end));
}

void Container::DrainLater(std::unique_ptr<OutputPipe> pipe) {
  if (pipe->is_at_end()) return;
  const uint64_t drain = ++last_drain_;
  pipe->Drop([this, drain] {
    // Not inside its own callback.
    setup_.loop->Post([this, drain, alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) draining_.erase(drain);
    });
  });
  draining_[drain] = std::move(pipe);
}

void Container::End(std::function<void()> done) {
  if (!gone_.empty()) {
    setup_.loop->Post(std::move(done));
    return;
  }
  ended_ = std::move(done);
  sandbox_->End();
}

std::function<Status()> Container::Removal() const {
  return [folder = folder_, groups = group_.folders()]() -> Status {
    for (const std::string& group : groups) HONE_TRY(RemoveCgroup(group));
    return RemoveTree(folder);
  };
}

}  // namespace hone
