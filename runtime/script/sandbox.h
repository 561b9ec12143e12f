// The lock of the hone-script process: what it can still do once a stranger's code runs in it.
//
// After LockProcess the process can read and write the descriptors it holds, manage memory, wait
// and exit; every other system call kills it (SECCOMP_RET_KILL_PROCESS). Nothing may be opened,
// mapped executable, started, signalled or traced. There is no way back. Linux only.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hone {

// Closes every descriptor but `keep` and standard error (3 is where hone-script finds its socket).
Status CloseOtherDescriptors(int keep);

// Resource limits, no_new_privs, no core or ptrace, and the system-call filter. Call it last: what
// libraries must read or map has to be read and mapped before. Returns what is in force, for
// kReady.
Result<std::vector<std::string>> LockProcess();

}  // namespace hone
