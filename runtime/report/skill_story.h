// How an evaluated skill came to be: its version, the selection, the edits before it, their
// proposals and the failures that asked for them.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "store/read_database.h"

namespace hone {

// `unit` is the key (hex) of the unit that the cell took its skill from, "" when unknown;
// `skill_hash` that of the evaluated text. Null when no skill was evaluated.
Result<Json> SkillStory(ReadDatabase& database, const std::string& unit,
                        const std::string& skill_hash);

}  // namespace hone
