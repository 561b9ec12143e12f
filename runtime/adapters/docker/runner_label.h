// RunnerLabel: which process of this machine made a container, so that what a dead one left can be
// told from what a living one needs. A process is named by its id and start time; both only mean
// something within one boot and one process namespace, which are named too: what was made elsewhere
// (another machine behind the same socket, a container that holds hone) is never taken for dead.
#pragma once

#include <map>
#include <string>

namespace hone {

inline constexpr const char* kOwnerLabel = "hone.owner";
inline constexpr const char* kPidLabel = "hone.pid";
inline constexpr const char* kStartLabel = "hone.started";
inline constexpr const char* kHostLabel = "hone.host";

// Of this process.
std::map<std::string, std::string> RunnerLabels(const std::string& owner);
// Whether these labels name a process of this machine that has ended.
bool IsOfDeadRunner(const std::map<std::string, std::string>& labels);

}  // namespace hone
