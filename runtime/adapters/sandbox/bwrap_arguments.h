// BwrapArguments: the command line of a container.
#pragma once

#include <string>
#include <vector>

#include "ports/container_engine.h"

namespace hone {

struct BwrapOptions {
  std::string program;  // of bwrap, absolute
  bool network = false;
  bool has_ids = false;      // users other than root exist
  int64_t disk_bytes = 0;    // what the keeper watches
  int64_t memory_bytes = 0;  // of one process, where no control group limits them; else 0
  int pids = 0;              // likewise
};

std::vector<std::string> BwrapArguments(const BwrapOptions& options);

}  // namespace hone
