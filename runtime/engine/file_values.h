// File values: settings whose value is the text of a file, such as a skill to start from.
//
//   hone run ... initial_skill=@my_skill.md            from where the user stands
//   { "Mine", initial_skill = { file = "mine.md" } }   in an experiment, relative to it
//
// The text itself becomes the value, byte for byte but for line ends (LF): it is part of the
// experiment's hash, and the file is not asked for again.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace hone {

// "name=@FILE" as name="text of the file"; "name=@@x" as name="@x". What sets a field of an
// experiment is left as it is, except below `base`.
Result<std::string> WithTextOfFile(const std::string& override_text);

// Puts texts in the place of {file = "..."} in the settings of base, arms, models and slices.
// `file` names the experiment, in messages and as the place where paths start.
Status ReadFileValues(const std::string& file, Json* value);

}  // namespace hone
