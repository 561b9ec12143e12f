// Which of many contexts to take when only some are wanted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hone {

struct Choosable {
  std::string cluster;
  std::string source;
};

// Indexes, ascending, of at most `most` items (0: all), at most `most_per_source` of one source (0:
// all). Places are dealt in turn to clusters (in the order of their names), within a cluster in
// turn to its sources, and within a source the items are evenly spaced. A function of the input
// alone.
std::vector<std::size_t> ChooseSpread(const std::vector<Choosable>& items, std::size_t most,
                                      std::size_t most_per_source);

}  // namespace hone
