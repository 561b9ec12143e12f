#include "report/sql_view.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/render_csv.h"

namespace hone {
namespace {

constexpr std::size_t kCellBytes = 2000;

std::string CellText(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.AsString() : value.Dump();
}

}  // namespace

const std::vector<std::string>& TableFormats() {
  static const std::vector<std::string> kFormats = {"text", "markdown", "latex",
                                                    "csv",  "json",     "html"};
  return kFormats;
}

Json SqlObjects(const SqlTable& table) {
  Json list = Json::MakeArray();
  for (const std::vector<Json>& row : table.rows) {
    Json object = Json::MakeObject();
    for (std::size_t i = 0; i < row.size(); ++i) object.Set(table.columns[i], row[i]);
    list.Append(std::move(object));
  }
  return list;
}

std::string RenderSqlCsv(const SqlTable& table) {
  std::string out;
  const auto add_row = [&out](const std::vector<Json>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      out += row[i].is_string() ? CsvText(row[i].AsString()) : CellText(row[i]);
    }
    out += '\n';
  };
  add_row(std::vector<Json>(table.columns.begin(), table.columns.end()));
  for (const std::vector<Json>& row : table.rows) add_row(row);
  return out;
}

ViewBlock SqlView(const SqlTable& table) {
  ViewBlock block;
  block.name = "query";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    ViewColumn column;
    column.name = column.title = table.columns[i];
    // A column of numbers, or of nothing but numbers and nulls.
    column.is_number = !table.rows.empty() &&
                       std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
                         return row[i].is_number() || row[i].is_null();
                       });
    block.columns.push_back(std::move(column));
  }
  for (const std::vector<Json>& row : table.rows) {
    ViewRow cells;
    for (const Json& value : row) {
      std::string text = CellText(value);
      if (text.size() > kCellBytes) text = std::string(Utf8Prefix(text, kCellBytes)) + "...";
      cells.cells.push_back(std::move(text));
    }
    block.rows.push_back(std::move(cells));
  }
  return block;
}

}  // namespace hone
