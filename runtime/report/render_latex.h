// A table as LaTeX: one booktabs tabular for each block, in a table environment of its own. Needs
// \usepackage{booktabs}; every name is literal text.
#pragma once

#include <string>
#include <string_view>

#include "report/result_table.h"
#include "report/table_view.h"

namespace hone {

// `text` from outside as literal text of a LaTeX paragraph or cell: no command, no math, no
// ligature of quotes, no change of column.
std::string EscapeLatex(std::string_view text);

std::string RenderLatexBlock(const ViewBlock& block);
std::string RenderLatex(const TableView& view);
std::string RenderLatex(const ResultTable& table);

}  // namespace hone
