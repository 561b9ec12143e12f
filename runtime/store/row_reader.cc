#include "store/row_reader.h"

#include <algorithm>

#include "base/text.h"
#include "store/text_lookup.h"

namespace hone {
namespace {

// One column of the row, or two (path and n of a referenced row).
std::string SelectOf(const RowField& field, std::size_t index) {
  const std::string alias = "j" + std::to_string(index);
  switch (field.kind) {
    case RowFieldKind::kStoredText:
      return alias + ".hash, NULL";
    case RowFieldKind::kCall:
      return alias + ".key, NULL";
    case RowFieldKind::kRow:
      return alias + ".path, " + alias + ".n";
    default:
      return "t." + field.column + ", NULL";
  }
}

std::string JoinOf(const RowField& field, std::size_t index, const RowTables& tables) {
  std::string table;
  std::string id;
  switch (field.kind) {
    case RowFieldKind::kStoredText:
      table = "texts";
      id = "text_id";
      break;
    case RowFieldKind::kCall:
      table = "calls";
      id = "call_id";
      break;
    case RowFieldKind::kRow:
      table = field.target_table;
      id = tables.Find(table)->id_column;
      break;
    default:
      return "";
  }
  const std::string alias = "j" + std::to_string(index);
  return " LEFT JOIN " + table + " " + alias + " ON " + alias + "." + id + " = t." + field.column;
}

Result<Json> ValueOf(Connection* connection, TextDecoder* decoder, const RowField& field,
                     const Statement& row, int column) {
  switch (field.kind) {
    case RowFieldKind::kInteger:
      return Json(row.Int(column));
    case RowFieldKind::kReal:
      return Json(row.Real(column));
    case RowFieldKind::kText:
      return Json(row.String(column));
    case RowFieldKind::kJson:
      if (row.Text(column).empty()) return Json();
      return Json::Parse(row.Text(column));
    case RowFieldKind::kCall:
      return Json(row.HashAt(column).Hex());
    case RowFieldKind::kRow:
      return Json(RowIdText(field.target_table, row.Text(column), row.Int(column + 1)));
    case RowFieldKind::kStoredText: {
      HONE_ASSIGN(const auto text, FindText(connection, decoder, row.HashAt(column)));
      if (!text) return Json();
      return Json(*text->text);
    }
  }
  return Json();
}

Result<Json> ReadList(Connection* connection, const RowTable& table, int64_t id) {
  Json list = Json::MakeArray();
  if (table.list_field == "rubrics") {
    HONE_ASSIGN(Statement row,
                connection->Prepare("SELECT text FROM rubrics WHERE task_id = ? ORDER BY n"));
    row.Bind(1, id);
    while (true) {
      HONE_ASSIGN(const bool more, row.Step());
      if (!more) return list;
      list.Append(row.String(0));
    }
  }
  HONE_ASSIGN(Statement row, connection->Prepare("SELECT status, reason FROM verdicts "
                                                 "WHERE attempt_id = ? ORDER BY n"));
  row.Bind(1, id);
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) return list;
    list.Append(
        Json::MakeObject({{"status", Json(row.String(0))}, {"reason", Json(row.String(1))}}));
  }
}

}  // namespace

bool PathLess(std::string_view a, std::string_view b) {
  // Indexes have no leading zeros: the shorter number is the smaller one.
  const auto left = Split(a, '.');
  const auto right = Split(b, '.');
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      [](std::string_view x, std::string_view y) {
                                        return x.size() != y.size() ? x.size() < y.size() : x < y;
                                      });
}

Result<std::vector<Json>> ReadRows(Connection* connection, TextDecoder* decoder,
                                   const RowTables& tables, const RowTable& table,
                                   const Hash& unit_key) {
  std::string sql = "SELECT t." + table.id_column + ", t.path, t.n";
  std::string joins;
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    sql += ", " + SelectOf(table.fields[i], i);
    joins += JoinOf(table.fields[i], i, tables);
  }
  sql += " FROM " + table.name + " t" + joins +
         " WHERE t.unit_id = (SELECT unit_id FROM units WHERE unit_key = ?)";
  HONE_ASSIGN(Statement row, connection->Prepare(sql));
  row.Bind(1, unit_key);
  std::vector<Json> rows;
  while (true) {
    HONE_ASSIGN(const bool more, row.Step());
    if (!more) break;
    Json out = Json::MakeObject({{"id", Json(RowIdText(table.name, row.Text(1), row.Int(2)))},
                                 {"path", Json(row.String(1))},
                                 {"n", Json(row.Int(2))}});
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
      const int column = 3 + 2 * static_cast<int>(i);
      if (row.IsNull(column)) continue;
      HONE_ASSIGN(Json value, ValueOf(connection, decoder, table.fields[i], row, column));
      if (!value.is_null()) out.Set(table.fields[i].name, std::move(value));
    }
    if (!table.list_field.empty()) {
      HONE_ASSIGN(Json list, ReadList(connection, table, row.Int(0)));
      out.Set(table.list_field, std::move(list));
    }
    rows.push_back(std::move(out));
  }
  std::sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) {
    const std::string& left = a["path"].AsString();
    const std::string& right = b["path"].AsString();
    if (left != right) return PathLess(left, right);
    return a["n"].AsInt() < b["n"].AsInt();
  });
  return rows;
}

}  // namespace hone
