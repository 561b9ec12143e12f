// The start of a host: the process that stays in the container and keeps a terminal or a program.
#pragma once

#include <functional>
#include <string>

namespace hone {

// What a host says once its program runs ("") or cannot run (why).
using HostReady = std::function<void(const std::string& why_not)>;

// Forks a host that listens under `name`, detached from the caller, and waits until it is ready.
// `serve` runs in the host: it starts the program, calls `ready` once, and serves until the
// container ends. "" when it is ready, else why it is not.
std::string StartHost(const std::string& name,
                      const std::function<void(int listener, const HostReady& ready)>& serve);

// A pipe whose reading end says why the child could not be executed: nothing when it was.
struct ExecReport {
  int read_end = -1, write_end = -1;
};
ExecReport OpenReport();
// In the child, once its descriptors are in place.
[[noreturn]] void ExecuteProgram(char** argv, const ExecReport& report);
// In the parent: waits until the child was executed or failed. "" when it was.
std::string ReadReport(const ExecReport& report);

}  // namespace hone
