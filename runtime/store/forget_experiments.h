// ForgetExperiments: takes experiments out of a results database, with every unit that nothing else
// needs. Answers stay, because they were paid for, unless they are named too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "store/connection.h"

namespace hone {

struct ForgetCounts {
  int64_t experiments = 0, units = 0, calls = 0;
};

// Inside the caller's transaction; `experiments` by hash.
Result<ForgetCounts> ForgetExperiments(Connection* db, const std::vector<Hash>& experiments,
                                       bool answers_too);

// The same on a file, under its lock; the file shrinks. kConflict while `hone run` is at work on
// it.
Result<ForgetCounts> ForgetInFile(const std::string& path, const std::vector<Hash>& experiments,
                                  bool answers_too);

}  // namespace hone
