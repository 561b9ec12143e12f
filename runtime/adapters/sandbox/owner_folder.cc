#include "adapters/sandbox/owner_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "adapters/sandbox/cgroups.h"
#include "adapters/sandbox/remove_tree.h"
#include "adapters/sandbox/tree_entry.h"
#include "adapters/sandbox/whole_file.h"
#include "base/ids.h"
#include "base/text.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

constexpr char kContainers[] = "/containers";
constexpr std::size_t kUidTail = 28;  // the random end of a UUID

// The moment this process started, in the kernel's ticks: field 22 of /proc/self/stat.
std::string StartTime() {
  const std::string stat = WholeFile("/proc/self/stat");
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos) return "0";
  const std::vector<std::string_view> fields =
      Split(std::string_view(stat).substr(bracket + 1), ' ');
  constexpr std::size_t kField = 20;
  return fields.size() > kField ? std::string(fields[kField]) : "0";
}

// The lock of an owner's folder, when nobody has it.
OwnedFd TryLock(const std::string& folder) {
  OwnedFd fd(open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (fd.get() >= 0 && flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.Reset();
  return fd;
}

std::vector<std::string> Owners(const std::string& images) {
  std::vector<std::string> names;
  std::error_code trouble;
  for (fs::directory_iterator at(images + kContainers, trouble), end; !trouble && at != end;
       at.increment(trouble)) {
    names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status RemoveGroups(const std::string& owner) {
  for (const CgroupBase& base : CgroupBases(WholeFile("/proc/self/mountinfo"),
                                            WholeFile("/proc/self/cgroup"), geteuid() == 0)) {
    std::error_code trouble;
    std::vector<std::string> found;
    for (fs::directory_iterator at(base.folder, trouble), end; !trouble && at != end;
         at.increment(trouble)) {
      if (at->path().filename().string().starts_with(owner)) found.push_back(at->path().string());
    }
    for (const std::string& folder : found) HONE_TRY(RemoveCgroup(folder));
  }
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<OwnerFolder>> OwnerFolder::Make(const std::string& images) {
  // Between its making and its locking somebody may take a folder for a dead owner's.
  constexpr int kTries = 5;
  int trouble = 0;
  for (int i = 0; i < kTries; ++i) {
    const std::string name =
        std::to_string(getpid()) + "-" + StartTime() + "-" + NewUid().substr(kUidTail);
    const std::string path = images + kContainers + "/" + name;
    if (mkdir(path.c_str(), 0700) != 0) return SystemFailure(path, errno);
    OwnedFd lock = TryLock(path);
    trouble = errno;
    if (lock.get() >= 0 && access((path + "/lock").c_str(), F_OK) == 0) {
      return std::unique_ptr<OwnerFolder>(new OwnerFolder(name, path, std::move(lock)));
    }
  }
  return SystemFailure(images + kContainers + " cannot be locked", trouble);
}

OwnerFolder::~OwnerFolder() {
  // What cannot be removed now is found again, because the lock is free from here on.
  (void)RemoveTree(path_);
}

std::vector<std::string> DeadOwners(const std::string& images) {
  std::vector<std::string> dead = Owners(images);
  std::erase_if(dead, [&](const std::string& name) {
    return TryLock(images + kContainers + "/" + name).get() < 0;
  });
  return dead;
}

bool HasOtherOwners(const std::string& images, const std::string& own) {
  const std::vector<std::string> dead = DeadOwners(images);
  for (const std::string& name : Owners(images)) {
    if (name != own && std::find(dead.begin(), dead.end(), name) == dead.end()) return true;
  }
  return false;
}

Result<int> RemoveDeadOwners(const std::string& images) {
  int n = 0;
  Status trouble;
  for (const std::string& name : Owners(images)) {
    const std::string path = images + kContainers + "/" + name;
    const OwnedFd lock = TryLock(path);
    if (lock.get() < 0) continue;
    Status removed = RemoveGroups(name);
    if (removed.ok()) removed = RemoveTree(path);
    if (removed.ok()) ++n;
    if (!removed.ok()) trouble = removed;
  }
  if (!trouble.ok()) return trouble.error();
  return n;
}

}  // namespace hone
