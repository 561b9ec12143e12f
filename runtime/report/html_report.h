// HtmlReport: everything about an experiment in one HTML file that loads nothing and runs nothing.
//
// No script, no remote address, a content-security policy that allows one style sheet by its hash.
// A function of the database alone: the same rows give the same bytes.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "report/result_table.h"
#include "store/read_database.h"

namespace hone {

struct HtmlReportOptions {
  TableOptions table;
  int cases = 3;            // flips each way, per category and arm
  int64_t task_items = 40;  // items whose tasks are listed
  int64_t skill_items = 3;  // items whose skill versions are shown
};

Result<std::string> RenderHtmlReport(ReadDatabase& database, const std::string& experiment,
                                     const HtmlReportOptions& options);

}  // namespace hone
