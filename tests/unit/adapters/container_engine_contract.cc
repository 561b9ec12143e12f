#include "unit/adapters/container_engine_contract.h"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/ids.h"

namespace hone::testing {

std::vector<ContractCase> ContainerContract() {
  std::vector<ContractCase> all;
  for (auto cases :
       {ContainerLifeCases(), ContainerExecCases(), ContainerFileCases(), ContainerAttackCases()}) {
    std::move(cases.begin(), cases.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> ProcessesWith(const std::string& marker) {
  std::vector<std::string> found;
  std::error_code gone;  // processes end while they are looked at
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string pid = entry.path().filename();
    if (!std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
      continue;
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();  // an iterator would throw when the process ends just now
    std::string line = text.str();
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (line.find(marker) != std::string::npos) found.push_back(pid + " " + line);
  }
  return found;
}

bool AllEnd(const std::string& marker) {
  constexpr int kLooks = 100, kEveryMs = 50;
  for (int i = 0; i < kLooks; ++i) {
    if (ProcessesWith(marker).empty()) return true;
    poll(nullptr, 0, kEveryMs);
  }
  return false;
}

std::string FreshMarker() { return "marker-" + NewUid(); }

}  // namespace hone::testing
