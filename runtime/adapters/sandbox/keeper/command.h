// RunSupervised: the life of one command inside the container.
//
// The supervisor is a subreaper, so everything that the command starts stays below it in the tree
// of processes, whatever calls setsid or is left by its parent. It outlives the command as long as
// something of it is left.
#pragma once

#include <cstdint>
#include <vector>

#include "adapters/sandbox/keeper_message.h"

namespace hone {

struct CommandLimits {
  uint64_t disk_bytes = 0;    // of one file, and of all together
  uint64_t memory_bytes = 0;  // of one process; 0: a control group limits it
  uint64_t pids = 0;          // 0: a control group limits them
  bool has_ids = false;       // other users than root exist
};

// In the forked child: joins the `groups` (cgroup.procs files; the keeper stays outside of them),
// starts the command, writes its wait status (an int) to `ended_fd`, and kills all of it when a
// byte comes from `kill_fd`. `fds` are stdin, stdout, stderr. Does not return.
[[noreturn]] void RunSupervised(const KeeperExec& exec, const CommandLimits& limits,
                                const std::vector<int>& groups, const int (&fds)[3], int ended_fd,
                                int kill_fd);

// Kills every descendant of `root`, also those that are started meanwhile, but `spared` and theirs.
void KillBelow(pid_t root, const std::vector<pid_t>& spared);

}  // namespace hone
