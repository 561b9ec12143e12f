// Shard: one of n parts of an experiment's cells, for n processes with a results database each.
//
// Cells are dealt by (item, replicate), round robin, so that all arms of an item share their calls
// in one process and the parts are of equal size. A cell that takes the skill of a cell in another
// part (skill_map = "another_unit") belongs to none: the run after the merge executes it. Pure.
#pragma once

#include <string>

#include "engine/cell_plan.h"

namespace hone {

struct Shard {
  int64_t index = 1, count = 1;  // 1 <= index <= count

  [[nodiscard]] bool is_whole() const { return count == 1; }
  [[nodiscard]] std::string Text() const;  // "3/64"
};

// "3/64"; kInvalidArgument otherwise.
Result<Shard> ParseShard(const std::string& text);

// Whether this part executes the cell.
bool IsInShard(const LoadedExperiment& loaded, const CellName& cell, const Shard& shard);

}  // namespace hone
