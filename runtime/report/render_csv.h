// A ResultTable as CSV (RFC 4180, LF): one line per arm, numbers in full, safe in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

#include "report/result_table.h"

namespace hone {

// A text field: quoted when needed, and with an apostrophe in front when a spreadsheet would take
// it for a formula (it starts with = + - @, also after blanks).
std::string CsvText(std::string_view text);

std::string RenderCsv(const ResultTable& table);

}  // namespace hone
