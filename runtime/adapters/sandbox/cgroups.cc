#include "adapters/sandbox/cgroups.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "adapters/sandbox/tree_entry.h"
#include "adapters/sandbox/whole_file.h"
#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCpuPeriodUs = 100'000;

bool Write(const std::string& path, const std::string& value) {
  const OwnedFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd.get() >= 0 &&
         write(fd.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

bool Wanted(std::string_view controller) {
  return controller == "memory" || controller == "pids" || controller == "cpu";
}

// Our own group in each hierarchy, by its controllers ("" for version 2).
std::map<std::string, std::string> OwnGroups(std::string_view text) {
  std::map<std::string, std::string> groups;
  for (const std::string_view line : Split(text, '\n')) {
    const std::vector<std::string_view> fields = Split(line, ':');
    if (fields.size() >= 3) groups[std::string(fields[1])] = std::string(fields[2]);
  }
  return groups;
}

// The group we are in as a folder, when the mount shows it.
std::string OwnFolder(const std::string& mount_point, std::string_view mount_root,
                      const std::string& group) {
  if (mount_root == "/") return mount_point + (group == "/" ? "" : group);
  if (group.starts_with(mount_root)) return mount_point + group.substr(mount_root.size());
  return mount_point;
}

struct Line {
  std::string mount_point, root, type;
  std::vector<std::string_view> options;
};

std::optional<Line> MountLine(std::string_view text) {
  const std::vector<std::string_view> fields = Split(text, ' ');
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (fields.size() < 6 || fields.end() - dash < 4) return std::nullopt;
  return Line{std::string(fields[4]), std::string(fields[3]), std::string(*(dash + 1)),
              Split(*(dash + 3), ',')};
}

bool EnableControllers(const CgroupBase& base) {
  // From the top down to our parent, each group must hand the controllers on.
  std::vector<std::string> folders;
  for (fs::path at = base.folder;; at = at.parent_path()) {
    folders.push_back(at.string());
    if (at.string() == base.top || !at.has_relative_path()) break;
  }
  bool fine = true;
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    const std::string file = *folder + "/cgroup.subtree_control";
    for (const std::string& controller : base.controllers) {
      const std::string there = " " + std::string(Trim(WholeFile(file))) + " ";
      if (there.find(" " + controller + " ") != std::string::npos) continue;
      fine = Write(file, "+" + controller) && fine;
    }
  }
  return fine;
}

bool SetLimits(const CgroupBase& base, const std::string& controller, const std::string& folder,
               const CgroupLimits& limits) {
  const auto quota = static_cast<int64_t>(limits.cpus * static_cast<double>(kCpuPeriodUs));
  const std::string period = std::to_string(kCpuPeriodUs);
  const std::string memory = std::to_string(limits.memory_bytes);
  if (controller == "pids") return Write(folder + "/pids.max", std::to_string(limits.pids));
  if (base.version == 2) {
    if (controller == "cpu") {
      return Write(folder + "/cpu.max", std::to_string(quota) + " " + period);
    }
    Write(folder + "/memory.swap.max", "0");  // not there without swap
    return Write(folder + "/memory.max", memory);
  }
  if (controller == "cpu") {
    return Write(folder + "/cpu.cfs_period_us", period) &&
           Write(folder + "/cpu.cfs_quota_us", std::to_string(quota));
  }
  const bool fine = Write(folder + "/memory.limit_in_bytes", memory);
  Write(folder + "/memory.memsw.limit_in_bytes", memory);  // not there without swap accounting
  return fine;
}

}  // namespace

std::vector<CgroupBase> CgroupBases(std::string_view mountinfo, std::string_view own_groups,
                                    bool is_root) {
  const std::map<std::string, std::string> own = OwnGroups(own_groups);
  std::vector<CgroupBase> bases;
  for (const std::string_view text : Split(mountinfo, '\n')) {
    const std::optional<Line> line = MountLine(text);
    if (!line || (line->type != "cgroup" && line->type != "cgroup2")) continue;
    CgroupBase base;
    base.version = line->type == "cgroup2" ? 2 : 1;
    base.top = line->mount_point;
    std::string key;  // the hierarchy's name in /proc/self/cgroup
    if (base.version == 2) {
      base.controllers = {"memory", "pids", "cpu"};
    } else {
      for (const auto& [controllers, group] : own) {
        const std::vector<std::string_view> names = Split(controllers, ',');
        const bool is_it = std::all_of(names.begin(), names.end(), [&](std::string_view name) {
          return !name.empty() &&
                 std::find(line->options.begin(), line->options.end(), name) != line->options.end();
        });
        if (is_it) key = controllers;
      }
      for (const std::string_view name : line->options) {
        if (Wanted(name)) base.controllers.emplace_back(name);
      }
      if (base.controllers.empty()) continue;
    }
    const auto group = own.find(key);
    const std::string self =
        OwnFolder(line->mount_point, line->root, group == own.end() ? "/" : group->second);
    // Version 2 allows no processes in a group that has children with controllers.
    const bool beside = base.version == 2 && self != base.top;
    base.folder = is_root ? base.top : (beside ? fs::path(self).parent_path().string() : self);
    base.folder += "/hone";
    bases.push_back(std::move(base));
  }
  return bases;
}

std::vector<std::string> WriteCgroupLimits(const CgroupBase& base, const std::string& folder,
                                           const CgroupLimits& limits) {
  std::vector<std::string> taken;
  for (const std::string& controller : base.controllers) {
    if (SetLimits(base, controller, folder, limits)) taken.push_back(controller);
  }
  return taken;
}

Cgroup Cgroup::Make(const std::vector<CgroupBase>& bases, const std::string& name,
                    const CgroupLimits& limits) {
  Cgroup made;
  std::error_code trouble;
  for (const CgroupBase& base : bases) {
    fs::create_directories(base.folder, trouble);
    if (trouble) continue;
    if (base.version == 2 && !EnableControllers(base)) continue;
    const std::string folder = base.folder + "/" + name;
    if (mkdir(folder.c_str(), 0755) != 0) continue;
    CgroupBase wanted = base;
    std::erase_if(wanted.controllers, [&](const std::string& each) { return made.Limits(each); });
    const std::vector<std::string> taken = WriteCgroupLimits(wanted, folder, limits);
    for (const std::string& controller : taken) {
      made.in_force_.push_back(controller);
      if (controller == "memory") {
        made.memory_events_ =
            folder + (base.version == 2 ? "/memory.events" : "/memory.oom_control");
      }
    }
    if (!taken.empty()) {
      made.folders_.push_back(folder);
    } else {
      rmdir(folder.c_str());
    }
  }
  return made;
}

bool Cgroup::Limits(std::string_view controller) const {
  return std::find(in_force_.begin(), in_force_.end(), controller) != in_force_.end();
}

Result<std::vector<OwnedFd>> Cgroup::OpenProcs() const {
  std::vector<OwnedFd> fds;
  for (const std::string& folder : folders_) {
    const std::string path = folder + "/cgroup.procs";
    fds.emplace_back(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (fds.back().get() < 0) return SystemFailure(path, errno);
  }
  return fds;
}

int64_t Cgroup::MemoryKills() const {
  if (memory_events_.empty()) return 0;
  const std::string text = WholeFile(memory_events_);
  for (const std::string_view line : Split(text, '\n')) {
    constexpr std::string_view kName = "oom_kill ";
    if (line.starts_with(kName)) {
      return std::strtoll(std::string(line.substr(kName.size())).c_str(), nullptr, 10);
    }
  }
  return 0;
}

Status RemoveCgroup(const std::string& folder) {
  constexpr int kTries = 100;
  constexpr std::chrono::milliseconds kPause(20);
  for (int i = 0; i < kTries; ++i) {
    if (rmdir(folder.c_str()) == 0 || errno == ENOENT) return Ok{};
    if (errno != EBUSY) return SystemFailure(folder, errno);
    if (i > 0) Write(folder + "/cgroup.kill", "1");
    const std::string inside = WholeFile(folder + "/cgroup.procs");
    for (const std::string_view line : Split(inside, '\n')) {
      const auto pid = static_cast<pid_t>(std::strtol(std::string(line).c_str(), nullptr, 10));
      if (pid > 1 && i > 0) kill(pid, SIGKILL);
    }
    std::this_thread::sleep_for(kPause);
  }
  return Fail(ErrorCode::kIo, folder + ": something in it does not end");
}

const std::vector<CgroupBase>& WorkingCgroupBases() {
  static const std::vector<CgroupBase> working = [] {
    std::vector<CgroupBase> bases;
    const std::string name = "probe-" + std::to_string(getpid());
    const CgroupLimits limits{int64_t{64} << 20U, 64, 1};
    for (const CgroupBase& base : CgroupBases(WholeFile("/proc/self/mountinfo"),
                                              WholeFile("/proc/self/cgroup"), geteuid() == 0)) {
      const Cgroup probe = Cgroup::Make({base}, name, limits);
      if (probe.folders().empty()) continue;
      bases.push_back(base);
      for (const std::string& folder : probe.folders()) {
        const Status removed = RemoveCgroup(folder);
        if (!removed.ok()) bases.pop_back();
      }
    }
    return bases;
  }();
  return working;
}

}  // namespace hone
