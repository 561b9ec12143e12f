// What a table shows apart from its rows: attempts without a judgement, touched and exposed tasks,
// missing cells. Blocks that have nothing to say are left out.
#pragma once

#include <vector>

#include "report/table_view.h"

namespace hone {

// Ungraded attempts, and those where the world failed.
void AddUngradedBlocks(const ResultTable& table, std::vector<ViewBlock>* blocks);
// Touched tasks, exposed contexts, missing cells.
void AddApartBlocks(const ResultTable& table, std::vector<ViewBlock>* blocks);

}  // namespace hone
