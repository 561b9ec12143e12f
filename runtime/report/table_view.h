// TableView: a ResultTable as blocks of text cells, the one thing that the renderers of text,
// Markdown, LaTeX and HTML write down. CSV and JSON write the numbers themselves.
//
// Cells and titles are raw: they may hold anything a file or a model wrote (cut to a length that a
// reader can bear); each renderer escapes them for its format.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/result_table.h"

namespace hone {

struct ViewColumn {
  std::string name;  // of kTableColumns, or the block's own: "arm", "reason", ...
  std::string title;
  bool is_number = false;      // set to the right
  std::size_t max_width = 60;  // in a terminal
  bool is_figure = false;      // its cells are numbers and words of ours, nothing from outside
};

struct ViewRow {
  std::vector<std::string> cells;  // as many as columns; of a heading one
  bool is_heading = false;
};

struct ViewBlock {
  std::string name;   // results, basis, category, extras, search, agreement, ungraded, ...
  std::string title;  // "" for the first
  std::vector<ViewColumn> columns;
  std::vector<ViewRow> rows;
  std::string note;  // under the block, "" for none
};

struct TableView {
  std::string title;
  bool is_incomplete = false;
  std::vector<ViewBlock> blocks;
  std::vector<std::string> footer;
};

TableView ViewOf(const ResultTable& table);

// Names are cut where they are put into a view, so that no renderer has to carry megabytes.
std::string CutName(std::string_view text, std::size_t bytes = 160);

// "results" or "basis" with chosen columns: what a plot or a report puts elsewhere.
ViewBlock RowsBlock(const ResultTable& table, const std::string& name, const std::string& title,
                    const std::vector<std::string>& columns);

}  // namespace hone
