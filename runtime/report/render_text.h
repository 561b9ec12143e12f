// A table for a terminal: at most about 120 columns with the usual columns, names made safe.
#pragma once

#include <string>

#include "report/result_table.h"
#include "report/table_view.h"

namespace hone {

std::string RenderTextBlock(const ViewBlock& block);
std::string RenderText(const TableView& view);
std::string RenderText(const ResultTable& table);

}  // namespace hone
