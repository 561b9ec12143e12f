// The table at the end of a run: the same that `hone table` prints.
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

// `experiment` is a name or a hash; the database is opened for reading.
Status PrintResultTable(const std::string& db, const std::string& experiment, bool json);

}  // namespace hone
