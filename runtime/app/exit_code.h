// The exit codes of `hone`, in one place (DESIGN.md, "Command line").
#pragma once

#include "base/result.h"

namespace hone {

enum class ExitCode {
  kComplete = 0,      // everything asked for is there
  kInternal = 1,      // a bug, or stored data that is broken
  kUsage = 2,         // what the user wrote, named or asked for cannot be done
  kIncomplete = 3,    // cells are missing or failed; the same command again continues
  kBudget = 4,        // stopped by the budget
  kCredentials = 5,   // a key is missing or was refused
  kInterrupted = 130  // stopped in order by Ctrl-C or SIGTERM
};

// What a verb exits with when it ends in an error.
ExitCode ExitCodeOf(ErrorCode code);

}  // namespace hone
