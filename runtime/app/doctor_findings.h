// What `hone doctor` finds out, each a line: about keys and endpoints, one-token calls, container
// back ends and leftovers. Names of variables are said, never their values.
#pragma once

#include <string>
#include <vector>

#include "app/workbench.h"

namespace hone {

struct Finding {
  std::string check;
  std::string status;  // "ok", "warning" or "failed"
  std::string detail;
};

// Which providers have what they need, and every endpoint, alias and fallback of the configuration.
std::vector<Finding> ExamineModels(const Workbench& bench);

// Asks each of `models` for one token, which costs one token: whether it answers, how fast, at
// which price, and the rate limits that it told.
std::vector<Finding> CallModels(Workbench* bench, const std::vector<std::string>& models);

// bubblewrap and its images, the Docker socket, podman; containers that dead runs left, which
// `clean` removes.
std::vector<Finding> ExamineContainers(Workbench* bench, bool clean);

// Folders of runs that died, in the folder for temporary files.
std::vector<Finding> ExamineLeftovers();

}  // namespace hone
