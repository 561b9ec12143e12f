#include "report/published_numbers.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"

namespace hone {

Result<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::vector<std::string>> out;
  std::vector<std::string> record;
  std::string field;
  bool quoted = false;
  bool any = false;  // something of a record has been read
  const auto end_record = [&] {
    if (!any && record.empty() && field.empty()) return;
    record.push_back(std::move(field));
    out.push_back(std::move(record));
    field.clear();
    record.clear();
    any = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
      any = true;
    } else if (c == ',') {
      record.push_back(std::move(field));
      field.clear();
      any = true;
    } else if (c == '\n') {
      end_record();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (quoted) return Invalid("a quote is opened and not closed");
  end_record();
  return out;
}

std::string PublishedNumbers::Plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               (static_cast<unsigned char>(c) & 0x80U) != 0) {
      out += c;
    } else if (c == '&') {
      continue;  // "Domain Knowledge & Reasoning"
    }
  }
  return out;
}

Result<PublishedNumbers> PublishedNumbers::Parse(std::string_view csv, const std::string& file) {
  const auto records = ParseCsv(csv);
  if (!records.ok()) return records.error().With(file);
  if (records->empty()) return Invalid(file + ": empty");
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < records->front().size(); ++i) column[records->front()[i]] = i;
  std::vector<std::string> known;
  for (const auto& [name, index] : column) known.push_back(name);
  for (const char* name : {"table", "block", "backbone", "method_or_row", "column", "value"}) {
    if (column.count(name) != 0) continue;
    return Invalid(file + ":1: no column '" + name + "'" + NameHint(name, known));
  }
  PublishedNumbers out;
  for (std::size_t i = 1; i < records->size(); ++i) {
    const std::vector<std::string>& record = (*records)[i];
    const std::string where = file + ": record " + std::to_string(i + 1) + ": ";
    if (record.size() != column.size()) {
      return Invalid(where + "has " + std::to_string(record.size()) + " fields, the head has " +
                     std::to_string(column.size()));
    }
    const std::string& value = record[column["value"]];
    if (Trim(value).empty() || Trim(value) == "-") continue;
    Line line;
    const std::string trimmed(Trim(value));
    const auto parsed =
        std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), line.value);
    if (parsed.ec != std::errc() || parsed.ptr != trimmed.data() + trimmed.size()) {
      return Invalid(where + "value '" + OneLine(value, 40) + "' is no number");
    }
    line.table = Plain(record[column["table"]]);
    line.block = Plain(record[column["block"]]);
    line.backbone_name = record[column["backbone"]];
    line.backbone = Plain(line.backbone_name);
    line.row = Plain(record[column["method_or_row"]]);
    line.column = Plain(record[column["column"]]);
    out.lines_.push_back(std::move(line));
  }
  return out;
}

bool PublishedNumbers::Fits(const Line& line, const Place& place) {
  return (place.table.empty() || line.table == Plain(place.table)) &&
         (place.block.empty() || line.block == Plain(place.block)) &&
         (place.backbone.empty() || line.backbone == Plain(place.backbone));
}

std::optional<double> PublishedNumbers::Find(const Place& place) const {
  const std::string row = Plain(place.row);
  const std::string column = Plain(place.column);
  for (const Line& line : lines_) {
    if (line.row == row && line.column == column && Fits(line, place)) return line.value;
  }
  return std::nullopt;
}

std::vector<std::string> PublishedNumbers::Backbones(const Place& place) const {
  std::vector<std::string> out;
  for (const Line& line : lines_) {
    if (!Fits(line, place)) continue;
    if (std::find(out.begin(), out.end(), line.backbone_name) == out.end()) {
      out.push_back(line.backbone_name);
    }
  }
  return out;
}

}  // namespace hone
