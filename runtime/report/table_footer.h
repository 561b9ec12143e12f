// The prose under a table: what the reader must know before believing the numbers.
#pragma once

#include <string>
#include <vector>

#include "report/report_data.h"
#include "report/result_table.h"

namespace hone {

// Lines in the order in which they matter; texts from the database are raw.
std::vector<std::string> TableFooter(const ReportData& data, const ResultTable& table);

}  // namespace hone
