// What the reading verbs share: the database opened with a hint, and the table at the end of a run.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/read_database.h"

namespace hone {

// For reading; a file that is not there says how one is made.
Result<std::unique_ptr<ReadDatabase>> OpenResults(const std::string& db);
// The same for an error of another way to open it.
Error WithDatabaseHint(const Error& error);

// Prints the table that `hone table` prints, and the summary of the run on stderr. `experiment` is
// a name or a hash; the database is opened for reading.
Status PrintResultTable(const std::string& db, const std::string& experiment, bool json);

}  // namespace hone
