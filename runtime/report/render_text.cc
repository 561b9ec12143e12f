#include "report/render_text.h"

#include "base/text.h"
#include "report/text_grid.h"

namespace hone {
namespace {

constexpr std::size_t kLineWidth = 118;

}  // namespace

std::string RenderTextBlock(const ViewBlock& block) {
  TextGrid grid;
  for (const ViewColumn& column : block.columns) {
    grid.AddColumn(column.title,
                   column.is_number ? TextGrid::Align::kRight : TextGrid::Align::kLeft,
                   column.max_width);
  }
  for (const ViewRow& row : block.rows) {
    if (row.is_heading) {
      grid.AddHeading(row.cells.front());
    } else {
      grid.AddRow(row.cells);
    }
  }
  std::string out = block.title.empty() ? "" : OneLine(block.title, 300) + "\n";
  out += grid.Render();
  if (!block.note.empty()) out += block.note + "\n";
  return out;
}

std::string RenderText(const TableView& view) {
  std::string out = OneLine(view.title + (view.is_incomplete ? "  INCOMPLETE" : ""), kLineWidth);
  out += "\n";
  for (const ViewBlock& block : view.blocks) out += "\n" + RenderTextBlock(block);
  out += "\n";
  for (const std::string& line : view.footer) out += WrapLines("- " + line, kLineWidth, "  ");
  return out;
}

std::string RenderText(const ResultTable& table) { return RenderText(ViewOf(table)); }

}  // namespace hone
