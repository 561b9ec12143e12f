// The rows a recipe may write: which fields each table takes, and of what type. One table of data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

struct RecordField {
  const char* name;
  const char*
      type;  // "text", "list", "integer", "number", "boolean", "table", "any" or "row:<table>"
  bool required = false;
};

struct RecordTable {
  const char* verb;   // record.<verb>
  const char* table;  // name in the database and on the wire
  std::vector<RecordField> fields;
};

const std::vector<RecordTable>& RecordTables();
// Null when there is no such table.
const RecordTable* FindRecordTable(std::string_view table);

}  // namespace hone
