// RunCommand: a program of the user's system, run to its end, without a shell in between.
//
// For short commands of the user's own tools (a batch system's client, say). Blocks the caller; it
// belongs to no loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

struct CommandOutput {
  int exit_code = 0;  // 128 + n when a signal n ended it
  std::string out;    // stdout and stderr, in the order in which they came; at most 1 MiB is kept
};

// `arguments[0]` is looked up in PATH. The environment is this process's own. kNotFound when there
// is no such program, kTimeout when it took longer (it is killed then).
Result<CommandOutput> RunCommand(const std::vector<std::string>& arguments, int64_t timeout_ms);

// Blocks between two looks at a program that tells nobody when it is done.
void PauseMs(int64_t pause_ms);

}  // namespace hone
