#include "store/row_tables.h"

#include <charconv>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kTypedTables[] = {
    "tasks",      "attempts", "skills",  "edits",     "gates", "probes",  "replays",
    "selections", "execs",    "metrics", "artifacts", "steps", "commits", "skill_uses"};

bool CutSuffix(std::string* text, std::string_view suffix) {
  if (!text->ends_with(suffix)) return false;
  text->resize(text->size() - suffix.size());
  return true;
}

// Name and kind of a column that refers to `target` ("" for none).
void Classify(const std::string& type, const std::string& target, RowField* field) {
  field->name = field->column;
  if (target == "texts") {
    field->kind = RowFieldKind::kStoredText;
    if (!CutSuffix(&field->name, "_text_id")) CutSuffix(&field->name, "_id");
  } else if (target == "calls") {
    field->kind = RowFieldKind::kCall;
    CutSuffix(&field->name, "_id");
  } else if (!target.empty()) {
    field->kind = RowFieldKind::kRow;
    field->target_table = target;
    CutSuffix(&field->name, "_id");
  } else if (CutSuffix(&field->name, "_json")) {
    field->kind = RowFieldKind::kJson;
  } else if (type == "INTEGER") {
    field->kind = RowFieldKind::kInteger;
  } else if (type == "REAL") {
    field->kind = RowFieldKind::kReal;
  }
}

// skills.words may be given; these are the store's own.
bool IsCounted(std::string_view table, std::string_view column) {
  return (table == "tasks" && (column == "words" || column == "n_rubrics")) ||
         (table == "attempts" && column == "answer_words");
}

Result<RowTable> LoadTable(Connection* connection, std::string_view name) {
  RowTable table;
  table.name = name;
  if (name == "tasks") table.list_field = "rubrics";
  if (name == "attempts") table.list_field = "verdicts";
  HONE_ASSIGN(Statement column,
              connection->Prepare("SELECT c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL, "
                                  "c.pk, coalesce(f.\"table\", '') FROM pragma_table_info(?1) c "
                                  "LEFT JOIN pragma_foreign_key_list(?1) f ON f.\"from\" = c.name "
                                  "ORDER BY c.cid"));
  column.Bind(1, name);
  while (true) {
    HONE_ASSIGN(const bool row, column.Step());
    if (!row) break;
    RowField field;
    field.column = column.String(0);
    if (column.Int(4) != 0) {
      table.id_column = field.column;
      continue;
    }
    // The natural key: given beside the fields.
    if (field.column == "unit_id" || field.column == "path" || field.column == "n") continue;
    field.required = column.Int(2) != 0 && column.Int(3) == 0;
    Classify(column.String(1), column.String(5), &field);
    if (IsCounted(table.name, field.column)) {
      table.counted.push_back(std::move(field));
      continue;
    }
    table.fields.push_back(std::move(field));
  }
  HONE_CHECK(!table.id_column.empty());
  return table;
}

}  // namespace

int RowTable::Find(std::string_view field) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

std::vector<std::string> RowTable::FieldNames() const {
  std::vector<std::string> names;
  for (const RowField& field : fields) names.push_back(field.name);
  if (!list_field.empty()) names.push_back(list_field);
  return names;
}

Result<RowTables> RowTables::Load(Connection* connection) {
  RowTables tables;
  for (const std::string_view name : kTypedTables) {
    HONE_ASSIGN(RowTable table, LoadTable(connection, name));
    tables.tables_.emplace(std::string(name), std::move(table));
  }
  return tables;
}

const RowTable* RowTables::Find(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

std::vector<std::string> RowTables::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

std::string RowIdText(std::string_view table, std::string_view path, int64_t n) {
  std::string text(table);
  text += ':';
  text += path;
  text += '#';
  text += std::to_string(n);
  return text;
}

Result<RowId> ParseRowId(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t hash = text.rfind('#');
  RowId id;
  bool good = colon != std::string_view::npos && hash != std::string_view::npos && colon < hash;
  if (good) {
    id.table = text.substr(0, colon);
    id.path = text.substr(colon + 1, hash - colon - 1);
    const std::string_view digits = text.substr(hash + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), id.n);
    good = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() && id.n > 0;
  }
  if (!good) {
    return Invalid("'" + OneLine(text, 80) + "' is no row id (they look like \"tasks:3.2#1\")");
  }
  return id;
}

}  // namespace hone
