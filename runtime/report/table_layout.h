// TableLayout: which rows and columns a table shows, in which order and under which headings. From
// the experiment's `table = {...}` (engine/table_spec.h says what may stand there) and the options
// of a command line, which win. It changes no number.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/report_data.h"

namespace hone {

struct TableOptions {
  std::string seed = "hone table";  // of the test's random patterns
  std::string by;                   // "category", "none"; "" follows the experiment
  std::string group;                // "model", "slice", "recipe", "none"; "" follows the experiment
  std::vector<std::string> columns;  // of kTableColumns; empty follows the experiment
  bool extras = false;               // item-level tests, variance, agreement
};

struct TableLayout {
  struct Row {
    int arm = 0;               // index in ReportData::arms
    std::string group, label;  // heading, and the name under it
  };
  std::vector<Row> rows;             // by group, in the order in which groups first occur
  std::vector<std::string> columns;  // empty: the usual ones
  std::string group, by;             // "" for none
  [[nodiscard]] bool Has(const std::string& column) const;
};

// Names that a changed file no longer has are left out.
TableLayout LayoutOf(const ReportData& data, const TableOptions& options);

// Options from a command line: kInvalidArgument names the nearest column or group.
Status CheckTableOptions(const TableOptions& options);

}  // namespace hone
