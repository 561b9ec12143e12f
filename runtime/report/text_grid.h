// TextGrid: rows of cells as an aligned plain-text table.
//
// Cells may come from anywhere: they are made safe for a terminal and one line long. Widths are
// display columns (wide East Asian characters and emoji count two, combining marks none).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

// Display columns of valid UTF-8 without control characters.
std::size_t DisplayWidth(std::string_view text);
// `text` cut to at most `columns`, with "..." when something was cut.
std::string CutToWidth(std::string_view text, std::size_t columns);

class TextGrid {
 public:
  enum class Align { kLeft, kRight };

  // A column's cells are cut at `max_width` columns.
  void AddColumn(std::string title, Align align = Align::kLeft, std::size_t max_width = 60);
  void AddRow(std::vector<std::string> cells);
  // A line across all columns; the rows after it, up to the next one, are indented under it.
  void AddHeading(std::string text);
  // Titles, a rule, rows; two blanks between columns, no trailing blanks; every line starts with
  // `indent` and ends with a line feed.
  [[nodiscard]] std::string Render(std::string_view indent = "") const;

 private:
  struct Column {
    std::string title;
    Align align;
    std::size_t max_width;
  };
  struct Row {
    std::vector<std::string> cells;
    bool is_heading = false;
  };
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  bool under_heading_ = false;
};

// `text` in lines of at most `columns`, broken at blanks; lines after the first start with `hang`.
std::string WrapLines(std::string_view text, std::size_t columns, std::string_view hang);

}  // namespace hone
