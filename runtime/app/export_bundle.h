// Bundles: an experiment with all it rests on, to give away and to open again
// (store/write_bundle.h).
#pragma once

#include <string>

#include "base/result.h"

namespace hone {

// Writes the experiment of `db` to the new file `target`. `with_data` adds the files that its data
// mapper names; without, the bundle only says what the data hashed to.
Status ExportBundle(const std::string& db, const std::string& experiment, bool with_data,
                    const std::string& target);

// Writes the experiment file, the recipes, prompts and library it ran with, and bundled data files
// below `folder`, which must be empty or not there. Returns the command that runs them.
Result<std::string> ExportSources(const std::string& db, const std::string& experiment,
                                  const std::string& folder);

}  // namespace hone
