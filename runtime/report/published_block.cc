#include "report/published_block.h"

#include <algorithm>

#include "report/evaluator_metrics.h"

namespace hone {
namespace {

struct Cell {
  std::string title;
  std::optional<PublishedValue> published;
};

std::vector<Cell> CellsOf(const ArmRow& row) {
  std::vector<Cell> out;
  for (const CategoryRate& rate : row.categories) out.push_back({rate.category, rate.published});
  for (const MetricMean& mean : row.metrics) {
    out.push_back({MetricTitle(mean.name), mean.published});
  }
  return out;
}

}  // namespace

std::optional<ViewBlock> PublishedBlock(const ResultTable& table) {
  const bool any = std::any_of(table.rows.begin(), table.rows.end(), [](const ArmRow& row) {
    const std::vector<Cell> cells = CellsOf(row);
    return std::any_of(cells.begin(), cells.end(),
                       [](const Cell& cell) { return cell.published.has_value(); });
  });
  if (!any) return std::nullopt;
  ViewBlock block{"published", "Published: " + table.reference_file, {}, {}, ""};
  if (!table.not_comparable.empty()) block.title += ", NOT COMPARABLE";
  block.columns.push_back({"arm", "arm", false, 40});
  for (const Cell& cell : CellsOf(table.rows.front())) {
    block.columns.push_back({"published:" + cell.title, cell.title, true, 30, true});
  }
  std::string group;
  for (const ArmRow& row : table.rows) {
    if (!row.group.empty() && row.group != group) block.rows.push_back({{row.group}, true});
    group = row.group;
    std::vector<std::string> cells = {row.label};
    for (const Cell& cell : CellsOf(row)) {
      std::string text = PublishedText(cell.published);
      if (cell.published && cell.published->difference) {
        text += " (measured " + PublishedDifferenceText(cell.published) + ")";
      }
      cells.push_back(std::move(text));
    }
    block.rows.push_back({std::move(cells), false});
  }
  return block;
}

}  // namespace hone
