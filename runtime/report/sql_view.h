// The answer of a query in the formats of a table.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/table_view.h"
#include "store/read_database.h"

namespace hone {

// text, markdown, latex, csv, json, html
const std::vector<std::string>& TableFormats();

// Rows as objects by column name.
Json SqlObjects(const SqlTable& table);
// RFC 4180; numbers as they are, texts safe in a spreadsheet and whole.
std::string RenderSqlCsv(const SqlTable& table);
// For text, Markdown, LaTeX and HTML: long cells are cut.
ViewBlock SqlView(const SqlTable& table);

}  // namespace hone
