// The processes below this one. REQUIRES: this process is a child subreaper, so that whatever its
// descendants start stays below it, also what made a session of its own or lost its parent.
#pragma once

#include <sys/types.h>

#include <optional>

namespace hone {

// Takes one child that has ended, without waiting. `wait_status` as of waitpid. None when no child
// has ended; `*no_children` tells that there is none at all.
std::optional<pid_t> ReapOne(int* wait_status, bool* no_children);

// Stops all descendants until no new one appears (so that none escapes by forking), then kills
// them and waits for their ends. False when some are still there after a few seconds.
bool KillDescendants();

}  // namespace hone
