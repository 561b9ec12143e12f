// RowTables: what the typed tables (tasks, attempts, skills, ...) look like from a recipe's side.
//
// Derived from the schema itself, so that a new column needs no code: `x_text_id` is the field "x"
// (`text_id`: "text"), `x_json` is "x", `call_id` and `judge_call_id` are "call" and "judge_call",
// a reference to another typed table `x_id` is "x"; other columns keep their names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.h"

namespace hone {

enum class RowFieldKind { kInteger, kReal, kText, kStoredText, kJson, kCall, kRow };

struct RowField {
  std::string name;    // "answer"
  std::string column;  // "answer_text_id"
  RowFieldKind kind = RowFieldKind::kText;
  std::string target_table;  // of kRow
  bool required = false;     // NOT NULL without a default
};

struct RowTable {
  std::string name;
  std::string id_column;          // "task_id"
  std::string list_field;         // "rubrics" of tasks, "verdicts" of attempts, else ""
  std::vector<RowField> fields;   // what a recipe gives
  std::vector<RowField> counted;  // what is counted from them: words, n_rubrics, answer_words

  // A position in `fields`, or -1.
  [[nodiscard]] int Find(std::string_view field) const;
  [[nodiscard]] std::vector<std::string> FieldNames() const;
};

class RowTables {
 public:
  // Reads the schema of the typed tables.
  static Result<RowTables> Load(Connection* connection);
  // Null when there is no such typed table.
  [[nodiscard]] const RowTable* Find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> Names() const;

 private:
  std::map<std::string, RowTable, std::less<>> tables_;
};

// The Lua id of a row: "tasks:3.2#1"; at the root "tasks:#1".
struct RowId {
  std::string table, path;
  int64_t n = 0;
};
std::string RowIdText(std::string_view table, std::string_view path, int64_t n);
Result<RowId> ParseRowId(std::string_view text);

}  // namespace hone
