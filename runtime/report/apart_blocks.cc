#include "report/apart_blocks.h"

#include <algorithm>

namespace hone {
namespace {

constexpr std::size_t kMissingShown = 10;
const ViewColumn kArmColumn = {"arm", "arm", false, 28};

std::string Count(int64_t n) { return std::to_string(n); }

// Attempts without a judgement, by arm and reason.
ViewBlock UngradedRows(const std::string& name, const std::string& title,
                       const std::vector<UngradedRow>& rows) {
  ViewBlock block{name, title, {}, {}, ""};
  block.columns = {
      kArmColumn, {"attempts", "attempts", true, 60, true}, {"reason", "reason", false, 80}};
  for (const UngradedRow& row : rows) {
    block.rows.push_back({{CutName(row.arm), Count(row.attempts),
                           row.reason.empty() ? "(no reason recorded)" : CutName(row.reason)},
                          false});
  }
  return block;
}

ViewBlock Apart(const std::string& name, const std::string& title,
                const std::vector<ApartRow>& rows, bool with_overlap) {
  ViewBlock block{name, title, {}, {}, ""};
  block.columns = {kArmColumn,
                   {"attempts", "attempts", true, 60, true},
                   {"ungraded", "ungraded", true, 60, true},
                   {"solved", "solved % (graded)", false, 60, true}};
  if (with_overlap)
    block.columns.push_back({"own", "own overlap: task / skill / both", false, 60, true});
  for (const ApartRow& row : rows) {
    std::vector<std::string> cells = {CutName(row.arm), Count(row.attempts), Count(row.ungraded),
                                      RateText(row.solved)};
    if (with_overlap) {
      cells.push_back(Count(row.own_in_task) + " / " + Count(row.own_in_skill) + " / " +
                      Count(row.own_in_both));
    }
    block.rows.push_back({std::move(cells), false});
  }
  return block;
}

ViewBlock MissingCells(const ResultTable& table) {
  ViewBlock block{"missing",
                  "Missing: " + Count(static_cast<int64_t>(table.missing.size())) + " of " +
                      Count(table.cells_planned) + " cells",
                  {},
                  {},
                  ""};
  block.columns = {kArmColumn,
                   {"seed", "seed", false, 20},
                   {"item", "item", false, 40},
                   {"reason", "reason", false, 100}};
  for (std::size_t i = 0; i < std::min(kMissingShown, table.missing.size()); ++i) {
    const MissingRow& cell = table.missing[i];
    block.rows.push_back(
        {{CutName(cell.arm), CutName(cell.replicate), CutName(cell.item), CutName(cell.reason)},
         false});
  }
  if (table.missing.size() > kMissingShown) {
    block.note = "and " + std::to_string(table.missing.size() - kMissingShown) + " more";
  }
  return block;
}

}  // namespace

void AddUngradedBlocks(const ResultTable& table, std::vector<ViewBlock>* blocks) {
  if (!table.ungraded.empty()) {
    blocks->push_back(UngradedRows("ungraded", "Ungraded attempts", table.ungraded));
  }
  if (!table.infrastructure.empty()) {
    blocks->push_back(UngradedRows(
        "infrastructure", "Infrastructure failures: the world failed, not the arm (not graded)",
        table.infrastructure));
  }
}

void AddApartBlocks(const ResultTable& table, std::vector<ViewBlock>* blocks) {
  if (!table.touched.empty()) {
    blocks->push_back(Apart("touched",
                            "Touched tasks, apart from the rows above (" +
                                Count(table.touched_tasks) + " of " + Count(table.checked_tasks) +
                                " over the replicates)",
                            table.touched, true));
  }
  if (!table.exposed.empty()) {
    blocks->push_back(Apart("exposed",
                            "Exposed contexts, apart from the rows above (the task could not "
                            "be cut out of its context)",
                            table.exposed, false));
  }
  if (!table.missing.empty()) blocks->push_back(MissingCells(table));
}

}  // namespace hone
