// The sections of a report that are a query each: its rows, and the drawing made of them.
//
// Every number of a section is in its rows, and its rows are what its query gives: `hone sql` with
// the text printed beside it recomputes them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/result_table.h"
#include "store/read_database.h"

namespace hone {

struct ReportSection {
  std::string id;  // of the anchor and of `hone plot`
  std::string title;
  std::string text;   // what it shows, in a sentence
  std::string query;  // takes :experiment, the experiment's name
  SqlTable rows;
  std::string figure;  // SVG; "" for none
};

// Names that `hone plot` takes.
const std::vector<std::string>& PlotNames();

// The section `id`; an empty table when there is nothing to show. `alone`: the drawing is a file of
// its own. kInvalidArgument, with the nearest name, for an unknown id.
Result<ReportSection> MakeSection(ReadDatabase& database, const ResultTable& table,
                                  const std::string& id, bool alone);

}  // namespace hone
