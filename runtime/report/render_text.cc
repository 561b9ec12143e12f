#include "report/render_text.h"

#include <algorithm>

#include "base/text.h"
#include "report/text_grid.h"

namespace hone {
namespace {

constexpr std::size_t kNameWidth = 28;
constexpr std::size_t kLineWidth = 118;
constexpr std::size_t kMissingShown = 10;
using Align = TextGrid::Align;

// One baseline for all rows goes into the column's title, several into the cells.
std::string CommonBaseline(const ResultTable& table) {
  std::string common;
  for (const ArmRow& row : table.rows) {
    if (!row.difference) continue;
    if (!common.empty() && common != row.difference->baseline) return "";
    common = row.difference->baseline;
  }
  return common;
}

std::string DifferenceCell(const std::optional<PairedDifference>& difference, bool is_baseline,
                           bool name_baseline) {
  if (!difference) return is_baseline ? "(baseline)" : "";
  const std::string text = DifferenceText(*difference);
  return name_baseline ? text + " vs " + CutToWidth(difference->baseline, 26) : text;
}

std::string Results(const ResultTable& table) {
  const std::string common = CommonBaseline(table);
  const bool compares = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](const ArmRow& row) { return row.difference.has_value(); });
  TextGrid grid;
  grid.AddColumn("arm", Align::kLeft, kNameWidth);
  grid.AddColumn("solved % (graded)");
  grid.AddColumn("(all)", Align::kRight);
  grid.AddColumn("rubrics passed %");
  if (compares) {
    grid.AddColumn(common.empty() ? "difference" : "vs " + common, Align::kLeft, 54);
    grid.AddColumn("mark");
  }
  for (const ArmRow& row : table.rows) {
    grid.AddRow({row.name, RateText(row.solved), RateText(row.solved_all), RateText(row.rubrics),
                 DifferenceCell(row.difference, row.is_baseline, common.empty()),
                 row.difference ? MarkText(*row.difference) : ""});
  }
  return grid.Render();
}

std::string Basis(const ResultTable& table) {
  TextGrid grid;
  grid.AddColumn("arm", Align::kLeft, kNameWidth);
  grid.AddColumn("tasks", Align::kRight);
  grid.AddColumn("clusters", Align::kRight);
  grid.AddColumn("replicates");
  grid.AddColumn("ungraded", Align::kRight);
  grid.AddColumn("calls alone", Align::kRight);
  grid.AddColumn("exclusive", Align::kRight);
  grid.AddColumn("shared", Align::kRight);
  grid.AddColumn("cost alone", Align::kRight, 32);
  for (const ArmRow& row : table.rows) {
    grid.AddRow({row.name, TasksText(row), std::to_string(row.clusters), ReplicatesText(row),
                 std::to_string(row.ungraded), std::to_string(row.calls_alone),
                 std::to_string(row.calls_exclusive), std::to_string(row.calls_shared),
                 CostText(row.cost_alone, row.calls_without_price)});
  }
  return grid.Render();
}

std::string Categories(const ResultTable& table) {
  TextGrid grid;
  grid.AddColumn("category", Align::kLeft, 30);
  grid.AddColumn("arm", Align::kLeft, kNameWidth);
  grid.AddColumn("attempts", Align::kRight);
  grid.AddColumn("solved % (graded)");
  grid.AddColumn("difference");
  std::string before;
  for (const CategoryRow& row : table.categories) {
    const bool is_first = &row == &table.categories.front() || row.category != before;
    before = row.category;
    grid.AddRow({is_first ? (row.category.empty() ? "(none)" : row.category) : "", row.arm,
                 std::to_string(row.attempts), RateText(row.solved),
                 DifferenceCell(row.difference, row.is_baseline, false)});
  }
  return grid.Render();
}

std::string Apart(const std::vector<ApartRow>& rows, bool with_overlap) {
  TextGrid grid;
  grid.AddColumn("arm", Align::kLeft, kNameWidth);
  grid.AddColumn("attempts", Align::kRight);
  grid.AddColumn("ungraded", Align::kRight);
  grid.AddColumn("solved % (graded)");
  if (with_overlap) grid.AddColumn("own overlap: task / skill / both");
  for (const ApartRow& row : rows) {
    grid.AddRow({row.arm, std::to_string(row.attempts), std::to_string(row.ungraded),
                 RateText(row.solved),
                 std::to_string(row.own_in_task) + " / " + std::to_string(row.own_in_skill) +
                     " / " + std::to_string(row.own_in_both)});
  }
  return grid.Render();
}

std::string Missing(const ResultTable& table) {
  std::string out = "Missing: " + std::to_string(table.missing.size()) + " of " +
                    std::to_string(table.cells_planned) + " cells (arm, seed, item: reason)\n";
  for (std::size_t i = 0; i < std::min(kMissingShown, table.missing.size()); ++i) {
    const MissingRow& cell = table.missing[i];
    out += "  " + OneLine(cell.arm, 40) + ", " + OneLine(cell.replicate, 20) + ", " +
           OneLine(cell.item, 40) + ": " + OneLine(cell.reason, 160) + "\n";
  }
  if (table.missing.size() > kMissingShown) {
    out += "  and " + std::to_string(table.missing.size() - kMissingShown) + " more\n";
  }
  return out;
}

}  // namespace

std::string RenderText(const ResultTable& table) {
  std::string title = table.experiment.name + "  experiment " + table.experiment.hash.substr(0, 12);
  if (!table.experiment.subset.empty()) title += "  " + table.experiment.subset;
  if (!table.missing.empty()) title += "  INCOMPLETE";
  std::string out = OneLine(title, kLineWidth) + "\n\n" + Results(table) + "\n" + Basis(table);
  if (!table.categories.empty()) out += "\nBy category\n" + Categories(table);
  if (!table.touched.empty()) {
    out += "\nTouched tasks, apart from the rows above (" + std::to_string(table.touched_tasks) +
           " of " + std::to_string(table.checked_tasks) + " over the replicates)\n" +
           Apart(table.touched, true);
  }
  if (!table.exposed.empty()) {
    out +=
        "\nExposed contexts, apart from the rows above (the task could not be cut out of its "
        "context)\n" +
        Apart(table.exposed, false);
  }
  if (!table.missing.empty()) out += "\n" + Missing(table);
  out += "\n";
  for (const std::string& line : table.footer) out += WrapLines("- " + line, kLineWidth, "  ");
  return out;
}

}  // namespace hone
