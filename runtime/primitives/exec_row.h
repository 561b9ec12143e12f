// The row of `execs` that an effect on a container leaves: a function of what was asked and of what
// the journal holds, so that a recalled effect writes the same row again.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace hone {

struct ExecPlace {
  std::string container;  // "<path>#<ordinal>" of the opening
  std::string image_digest, backend;
};

// The fields of the row (PutRow); nothing for effects that are no commands (time_left, screen).
// Streams are kept as the recipe got them, so never longer than max_output_bytes; contents of files
// are counted, not kept.
std::optional<Json> ExecRow(const std::string& kind, const Json& args, const Json& journal_form,
                            const ExecPlace& place);

}  // namespace hone
