// What can be set about the offline reader, written behind its model name: "reader:attention=2000".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace hone::offline {

struct ReaderOptions {
  int64_t attention = 1500;  // tokens read of skill and context together, >= 0
  double slip = 0.04;        // probability that one reading goes wrong, in [0, 1]
  int64_t commands = 4;      // that a solver with a shell runs before it gives up, >= 0
};

// "reader", "reader:attention=2000,slip=0.02" or the part after the colon alone. The error names
// the unknown or ill-valued option and the known ones.
Result<ReaderOptions> ParseReaderOptions(std::string_view model);

}  // namespace hone::offline
