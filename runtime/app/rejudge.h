// Rejudging: a recorded experiment again, with another judge and its answers as they are.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/loaded_experiment.h"
#include "store/read_database.h"

namespace hone {

// What loads the recorded experiment `run` (a name or a hash) as a new one named
// "<name>-rejudged-by-<model>". `overrides` are those of the command line: judge=MODEL is the judge
// of the evaluation and must be among them.
Status SetRejudge(ReadDatabase& database, const std::string& run,
                  const std::vector<std::string>& overrides, LoadOptions* options);

}  // namespace hone
