// PublishedBlock: the published numbers of the columns that a table has beside its headline, by
// category or metric: a block of its own, since a cell has no room for both.
#pragma once

#include <optional>

#include "report/table_view.h"

namespace hone {

// Nothing when the reference has no number for any of these columns.
std::optional<ViewBlock> PublishedBlock(const ResultTable& table);

}  // namespace hone
