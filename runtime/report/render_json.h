// A ResultTable as JSON: every number of it, by name.
#pragma once

#include <string>

#include "base/json.h"
#include "report/result_table.h"

namespace hone {

Json TableJson(const ResultTable& table);

// A JSON text with DEL, C1 and bidirectional characters as \u escapes, which is the same JSON:
// harmless wherever it is shown.
std::string EscapeJsonText(const std::string& json);

// `value` pretty-printed for a terminal: DEL, C1 and bidirectional characters as \u escapes, which
// is the same JSON. Ends with a line feed.
std::string RenderJson(const Json& value);

}  // namespace hone
