// Cgroups: limits that the kernel enforces on all of a container together, version 1 or 2.
//
// Found by reading /proc/self/mountinfo and /proc/self/cgroup; where no group can be made, nothing
// of it is in force and rlimits are what is left (each process for itself).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/child_start.h"
#include "base/result.h"

namespace hone {

// Where groups can be made: one hierarchy of version 1 has one controller or several, that of
// version 2 has them all.
struct CgroupBase {
  int version = 2;
  std::vector<std::string> controllers;  // of "memory", "pids", "cpu"
  std::string folder;                    // parent of our groups
  std::string top;                       // version 2: where controllers are enabled from
};

// Pure: what the two files say, before anything is tried. `is_root`: groups are made at the top of
// a hierarchy, else beside the group that we are in.
std::vector<CgroupBase> CgroupBases(std::string_view mountinfo, std::string_view own_groups,
                                    bool is_root);

struct CgroupLimits {
  int64_t memory_bytes = 0;
  int pids = 0;
  double cpus = 0;
};

// Writes the limits into a group that is there; the controllers whose limits were taken.
std::vector<std::string> WriteCgroupLimits(const CgroupBase& base, const std::string& folder,
                                           const CgroupLimits& limits);

// The groups of one container's commands. Removes nothing by itself.
class Cgroup {
 public:
  // In every base; one that cannot be made or does not take its limits is left out.
  static Cgroup Make(const std::vector<CgroupBase>& bases, const std::string& name,
                     const CgroupLimits& limits);

  // "memory", "pids", "cpu": what is in force.
  [[nodiscard]] bool Limits(std::string_view controller) const;
  [[nodiscard]] Result<std::vector<OwnedFd>> OpenProcs() const;
  // Kills by the memory limit so far.
  [[nodiscard]] int64_t MemoryKills() const;
  [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }

 private:
  std::vector<std::string> folders_;
  std::vector<std::string> in_force_;
  std::string memory_events_;  // the file that counts kills
};

// Kills what is left in a group of ours and removes it. Tries for up to 2 s; blocks.
Status RemoveCgroup(const std::string& folder);

// The bases that work here, found once by making a group.
const std::vector<CgroupBase>& WorkingCgroupBases();

}  // namespace hone
