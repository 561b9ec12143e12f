#include "adapters/docker/runner_label.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace hone {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Field 22 of /proc/PID/stat: clock ticks after boot. "" when there is no such process, or only its
// remains.
std::string StartOf(const std::string& pid) {
  const std::string line = FirstLine("/proc/" + pid + "/stat");
  const std::size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return "";
  std::istringstream rest(line.substr(bracket + 1));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  constexpr std::size_t kState = 0, kStart = 19;  // counted from behind the name
  if (fields.size() <= kStart || fields[kState] == "Z" || fields[kState] == "X") return "";
  return fields[kStart];
}

std::string ThisHost() {
  std::array<char, 128> space{};
  const ssize_t size = readlink("/proc/self/ns/pid", space.data(), space.size());
  return FirstLine("/proc/sys/kernel/random/boot_id") + " " +
         std::string(space.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

}  // namespace

std::map<std::string, std::string> RunnerLabels(const std::string& owner) {
  const std::string pid = std::to_string(getpid());
  return {{kOwnerLabel, owner},
          {kPidLabel, pid},
          {kStartLabel, StartOf(pid)},
          {kHostLabel, ThisHost()}};
}

bool IsOfDeadRunner(const std::map<std::string, std::string>& labels) {
  const auto value = [&](const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? "" : found->second;
  };
  const std::string pid = value(kPidLabel);
  const bool is_number = !pid.empty() && std::all_of(pid.begin(), pid.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  if (!is_number || value(kHostLabel) != ThisHost()) return false;
  return StartOf(pid) != value(kStartLabel);
}

}  // namespace hone
