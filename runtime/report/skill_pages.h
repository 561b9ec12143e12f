// Skill pages: the versions of the evaluated skills, each with its difference to the one before.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "report/result_table.h"
#include "store/read_database.h"

namespace hone {

// The first replicate of at most `most_items` items of every arm that recorded skills.
Result<std::string> RenderSkills(ReadDatabase& database, const ResultTable& table,
                                 int64_t most_items);

}  // namespace hone
