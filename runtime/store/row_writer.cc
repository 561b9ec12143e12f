#include "store/row_writer.h"

#include <algorithm>

#include "base/text.h"
#include "skill/text_measure.h"

namespace hone {
namespace {

std::string Place(const RowTable& table, std::string_view field) {
  return table.name + "." + std::string(field);
}

Error WrongType(const RowTable& table, std::string_view field, std::string_view want,
                const Json& value) {
  return Invalid(Place(table, field) + ": expected " + std::string(want) + ", got " +
                 std::string(value.type_name()));
}

int64_t CountWords(std::string_view text) { return static_cast<int64_t>(WordCount(text)); }

Status CheckList(const RowTable& table, const Json& list) {
  if (!list.is_array()) return WrongType(table, table.list_field, "a list", list);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& item = list.items()[i];
    const std::string place = table.list_field + "[" + std::to_string(i + 1) + "]";
    if (table.list_field == "rubrics") {
      if (!item.is_string()) return WrongType(table, place, "a string", item);
    } else {
      const std::string& status = item["status"].AsString();
      if (status != "yes" && status != "no") {
        return Invalid(Place(table, place) + ".status: expected \"yes\" or \"no\", got '" +
                       OneLine(status, 40) + "'");
      }
    }
  }
  return Ok{};
}

}  // namespace

Status RowWriter::Apply(const PutRow& operation) {
  const RowTable* table = tables_.Find(operation.table);
  if (table == nullptr) {
    return Invalid("no table '" + OneLine(operation.table, 60) + "' for rows" +
                   NameHint(operation.table, tables_.Names()));
  }
  // Everything is checked before anything is written: an operation that fails leaves no half.
  HONE_TRY(CheckFields(*table, operation));
  HONE_ASSIGN(const int64_t unit_id, ids_->Unit(operation.unit_key));
  std::vector<Assignment> assignments;
  for (const auto& [name, value] : operation.fields.members()) {
    const int index = table->Find(name);
    if (index < 0) continue;
    const RowField& field = table->fields[static_cast<std::size_t>(index)];
    HONE_ASSIGN(Value converted, Convert(*table, field, value, unit_id));
    assignments.push_back({&field, std::move(converted)});
  }
  AddCounts(*table, operation, &assignments);
  HONE_ASSIGN(const Saved saved, Save(*table, operation, unit_id, std::move(assignments)));
  if (table->list_field.empty()) return Ok{};
  const Json* list = operation.fields.Find(table->list_field);
  if (list == nullptr) return Ok{};
  return SaveList(*table, saved, *list);
}

Status RowWriter::CheckFields(const RowTable& table, const PutRow& row) const {
  for (const auto& [name, value] : row.fields.members()) {
    if (!table.list_field.empty() && name == table.list_field) {
      HONE_TRY(CheckList(table, value));
    } else if (table.Find(name) < 0) {
      return Invalid(Place(table, OneLine(name, 60)) + ": no such field" +
                     NameHint(name, table.FieldNames()));
    }
  }
  return Ok{};
}

Result<RowWriter::Value> RowWriter::Convert(const RowTable& table, const RowField& field,
                                            const Json& value, int64_t unit_id) {
  Value out;
  if (value.is_null()) {
    if (field.required) return WrongType(table, field.name, "a value", value);
    return out;
  }
  out.type = Value::Type::kInteger;
  switch (field.kind) {
    case RowFieldKind::kInteger:
      if (value.is_bool()) {
        out.integer = value.AsBool() ? 1 : 0;
      } else if (value.is_int() ||
                 (value.is_number() && value.AsDouble() == static_cast<double>(value.AsInt()))) {
        out.integer = value.AsInt();
      } else {
        return WrongType(table, field.name, "an integer", value);
      }
      return out;
    case RowFieldKind::kReal:
      if (!value.is_number()) return WrongType(table, field.name, "a number", value);
      out.type = Value::Type::kReal;
      out.real = value.AsDouble();
      return out;
    case RowFieldKind::kText:
      if (!value.is_string()) return WrongType(table, field.name, "a string", value);
      out.type = Value::Type::kText;
      out.text = value.AsString();
      return out;
    case RowFieldKind::kJson:
      out.type = Value::Type::kText;
      out.text = value.Dump();
      return out;
    case RowFieldKind::kStoredText: {
      if (!value.is_string()) return WrongType(table, field.name, "a string", value);
      HONE_ASSIGN(out.integer, ids_->PutText(Part::Of(value.AsString())));
      return out;
    }
    case RowFieldKind::kCall: {
      const auto key = Hash::FromHex(value.AsString());
      if (!key.ok()) {
        return Invalid(Place(table, field.name) + ": expected a call's key, got '" +
                       OneLine(value.AsString(), 80) + "'");
      }
      const auto call = calls_->CallId(*key);
      if (!call.ok()) return call.error().With(Place(table, field.name));
      out.integer = *call;
      return out;
    }
    case RowFieldKind::kRow: {
      const auto id = ParseRowId(value.AsString());
      if (!id.ok()) return id.error().With(Place(table, field.name));
      if (id->table != field.target_table) {
        return Invalid(Place(table, field.name) + ": expected a row of " + field.target_table +
                       ", got '" + OneLine(value.AsString(), 80) + "'");
      }
      const RowTable* target = tables_.Find(field.target_table);
      HONE_ASSIGN(const auto row, FindRow(*target, unit_id, id->path, id->n));
      if (!row) {
        return Fail(ErrorCode::kNotFound, Place(table, field.name) + ": no row " +
                                              OneLine(value.AsString(), 80) + " in this unit");
      }
      out.integer = *row;
      return out;
    }
  }
  return out;
}

void RowWriter::AddCounts(const RowTable& table, const PutRow& row,
                          std::vector<Assignment>* assignments) {
  for (const RowField& field : table.counted) {
    const bool of_list = field.column == "n_rubrics";
    const Json* source = row.fields.Find(of_list                   ? table.list_field
                                         : field.column == "words" ? "text"
                                                                   : "answer");
    if (source == nullptr || source->is_null()) continue;
    Value value;
    value.type = Value::Type::kInteger;
    value.integer = of_list ? static_cast<int64_t>(source->size()) : CountWords(source->AsString());
    assignments->push_back({&field, std::move(value)});
  }
}

Status RowWriter::AddDefaults(const RowTable& table, const PutRow& row,
                              std::vector<Assignment>* assignments) const {
  for (const RowField& field : table.fields) {
    if (!field.required) continue;
    const bool given = std::any_of(assignments->begin(), assignments->end(),
                                   [&](const Assignment& one) { return one.field == &field; });
    if (given) continue;
    Value value;
    if (table.name == "tasks" && field.name == "name") {
      value.type = Value::Type::kText;
      value.text = row.path + "#" + std::to_string(row.n);
    } else if (table.name == "skills" && (field.name == "name" || field.name == "description")) {
      value.type = Value::Type::kText;
    } else if (table.name == "skills" && field.name == "words") {
      value.type = Value::Type::kInteger;
      value.integer = CountWords(row.fields["text"].AsString());
    } else if (table.name == "attempts" && field.kind == RowFieldKind::kInteger) {
      value.type = Value::Type::kInteger;
    } else {
      return Invalid(Place(table, field.name) + ": missing");
    }
    assignments->push_back({&field, std::move(value)});
  }
  return Ok{};
}

std::string RowWriter::PlaceOf(const RowTable& table, int64_t unit_id, const std::string& path,
                               int64_t n) {
  std::string place = table.name;
  place += ' ';
  place += std::to_string(unit_id);
  place += ' ';
  place += std::to_string(n);
  place += ' ';
  place += path;
  return place;
}

Result<std::optional<int64_t>> RowWriter::FindRow(const RowTable& table, int64_t unit_id,
                                                  const std::string& path, int64_t n) {
  const auto known = recent_.find(PlaceOf(table, unit_id, path, n));
  if (known != recent_.end()) return std::optional<int64_t>(known->second);
  return db_->FindInt("SELECT " + table.id_column + " FROM " + table.name +
                          " WHERE unit_id = ? AND path = ? AND n = ?",
                      unit_id, path, n);
}

Result<RowWriter::Saved> RowWriter::Save(const RowTable& table, const PutRow& row, int64_t unit_id,
                                         std::vector<Assignment> assignments) {
  constexpr std::size_t kMaxRecent = 20'000;
  // One statement per set of fields, whatever their order.
  std::sort(assignments.begin(), assignments.end(),
            [](const Assignment& a, const Assignment& b) { return a.field < b.field; });
  // Nearly every row is new: it is inserted, and looked for only when it was there.
  std::vector<Assignment> complete = assignments;
  const Status defaults = AddDefaults(table, row, &complete);
  if (defaults.ok()) {
    HONE_ASSIGN(const bool inserted, Insert(table, row, unit_id, std::move(complete)));
    if (inserted) {
      if (recent_.size() >= kMaxRecent) recent_.clear();
      const int64_t id = db_->last_insert_id();
      recent_[PlaceOf(table, unit_id, row.path, row.n)] = id;
      return Saved{id, true};
    }
  }
  HONE_ASSIGN(const auto existing, FindRow(table, unit_id, row.path, row.n));
  if (!existing)
    return defaults.ok() ? Invalid(table.name + ": the row is gone") : defaults.error();
  if (!assignments.empty()) HONE_TRY(Update(table, *existing, assignments));
  return Saved{*existing, false};
}

void RowWriter::BindAll(const std::vector<Assignment>& assignments, Statement* statement) {
  int index = 0;
  for (const Assignment& one : assignments) {
    ++index;
    switch (one.value.type) {
      case Value::Type::kNull:
        statement->Bind(index, nullptr);
        break;
      case Value::Type::kInteger:
        statement->Bind(index, one.value.integer);
        break;
      case Value::Type::kReal:
        statement->Bind(index, one.value.real);
        break;
      case Value::Type::kText:
        statement->Bind(index, one.value.text);
        break;
    }
  }
}

// False: a row of that natural key is there.
Result<bool> RowWriter::Insert(const RowTable& table, const PutRow& row, int64_t unit_id,
                               std::vector<Assignment> assignments) {
  sql_ = "INSERT INTO ";
  sql_ += table.name;
  sql_ += " (";
  for (const Assignment& one : assignments) {
    sql_ += one.field->column;
    sql_ += ", ";
  }
  sql_ += "unit_id, path, n) VALUES (";
  for (std::size_t i = 0; i < assignments.size(); ++i) sql_ += "?, ";
  sql_ += "?, ?, ?) ON CONFLICT (unit_id, path, n) DO NOTHING";
  HONE_ASSIGN(Statement statement, db_->Prepare(sql_));
  BindAll(assignments, &statement);
  const int after = static_cast<int>(assignments.size());
  statement.Bind(after + 1, unit_id);
  statement.Bind(after + 2, row.path);
  statement.Bind(after + 3, row.n);
  HONE_ASSIGN(const bool more, statement.Step());
  (void)more;
  return db_->changes() > 0;
}

Status RowWriter::Update(const RowTable& table, int64_t id,
                         const std::vector<Assignment>& assignments) {
  std::string sql = "UPDATE " + table.name + " SET ";
  for (const Assignment& one : assignments) {
    if (&one != &assignments.front()) sql += ", ";
    sql += one.field->column + " = ?";
  }
  sql += " WHERE " + table.id_column + " = ?";
  HONE_ASSIGN(Statement statement, db_->Prepare(sql));
  BindAll(assignments, &statement);
  statement.Bind(static_cast<int>(assignments.size()) + 1, id);
  HONE_ASSIGN(const bool more, statement.Step());
  (void)more;
  return Ok{};
}

Status RowWriter::SaveList(const RowTable& table, const Saved& saved, const Json& list) {
  const bool rubrics = table.list_field == "rubrics";
  if (!saved.is_new) {
    HONE_TRY(rubrics ? db_->Run("DELETE FROM rubrics WHERE task_id = ?", saved.id)
                     : db_->Run("DELETE FROM verdicts WHERE attempt_id = ?", saved.id));
  }
  // Most rows of a database are these: one statement for the whole list.
  HONE_ASSIGN(Statement insert,
              db_->Prepare(rubrics ? "INSERT INTO rubrics (task_id, n, text) VALUES (?, ?, ?)"
                                   : "INSERT INTO verdicts (attempt_id, n, status, reason) "
                                     "VALUES (?, ?, ?, ?)"));
  insert.Bind(1, saved.id);
  int64_t n = 0;
  for (const Json& item : list.items()) {
    insert.Bind(2, ++n);
    if (rubrics) {
      insert.Bind(3, item.AsString());
    } else {
      insert.Bind(3, item["status"].AsString());
      insert.Bind(4, item["reason"].AsString());
    }
    HONE_ASSIGN(const bool more, insert.Step());
    (void)more;
    insert.Reset();
  }
  return Ok{};
}

}  // namespace hone
