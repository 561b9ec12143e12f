#include "engine/table_spec.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

class Check {
 public:
  Check(const std::string& file, const std::vector<std::string>& arms) : file_(file), arms_(arms) {}

  [[nodiscard]] Status Table(const Json& table) const {
    if (table.is_null()) return Ok{};
    HONE_TRY(Fields("table", table, {"baseline", "rows", "columns", "group", "by", "reference"}));
    HONE_TRY(Text("table.baseline", table["baseline"]));
    HONE_TRY(Rows(table["rows"]));
    HONE_TRY(Columns(table["columns"]));
    HONE_TRY(OneOf("table.group", table["group"], {"model", "slice", "recipe", "none"}));
    HONE_TRY(OneOf("table.by", table["by"], {"category", "none"}));
    return Reference(table["reference"]);
  }

 private:
  [[nodiscard]] Error At(const std::string& place, const std::string& text) const {
    return Invalid(file_ + ": " + place + ": " + text);
  }

  [[nodiscard]] Status Fields(const std::string& place, const Json& object,
                              const std::vector<std::string>& known) const {
    if (!object.is_object() && object.size() == 0 && object.is_array()) return Ok{};
    if (!object.is_object()) {
      return At(place, "expected a table of fields, got " + std::string(object.type_name()));
    }
    for (const auto& [key, value] : object.members()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      return At(place + "." + key, "unknown field" + NameHint(key, known));
    }
    return Ok{};
  }

  [[nodiscard]] Status Text(const std::string& place, const Json& value) const {
    if (value.is_null() || value.is_string()) return Ok{};
    return At(place, "expected a text, got " + std::string(value.type_name()));
  }

  [[nodiscard]] Status OneOf(const std::string& place, const Json& value,
                             const std::vector<std::string>& known) const {
    HONE_TRY(Text(place, value));
    const std::string& name = value.AsString();
    if (value.is_null() || std::find(known.begin(), known.end(), name) != known.end()) return Ok{};
    return At(place, "unknown '" + name + "'" + NameHint(name, known));
  }

  [[nodiscard]] Status Rows(const Json& rows) const {
    if (rows.is_null()) return Ok{};
    if (!rows.is_array() || rows.size() == 0) {
      return At("table.rows", "expected a list of arms, such as { \"Base model\", \"Ctx2Skill\" }");
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Json& row = rows.items()[i];
      const std::string place = "table.rows[" + std::to_string(i + 1) + "]";
      if (row.is_object()) {
        HONE_TRY(Fields(place, row, {"arm", "label"}));
        HONE_TRY(Text(place + ".label", row["label"]));
      }
      const std::string& name = row.is_object() ? row["arm"].AsString() : row.AsString();
      if (name.empty()) return At(place, "expected the name of an arm, or { arm =, label = }");
      if (std::find(arms_.begin(), arms_.end(), name) == arms_.end()) {
        return At(place, "no arm '" + name + "'" + NameHint(name, arms_));
      }
    }
    return Ok{};
  }

  [[nodiscard]] Status Columns(const Json& columns) const {
    if (columns.is_null()) return Ok{};
    std::vector<std::string> known;
    for (const TableColumnName& column : kTableColumns) known.emplace_back(column.name);
    if (!columns.is_array() || columns.size() == 0) {
      return At("table.columns", "expected a list of columns, such as { \"solved\", \"mark\" }");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string place = "table.columns[" + std::to_string(i + 1) + "]";
      const std::string& name = columns.items()[i].AsString();
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        return At(place, "no column '" + name + "'" + NameHint(name, known));
      }
    }
    return Ok{};
  }

  [[nodiscard]] Status Reference(const Json& reference) const {
    if (reference.is_null() || reference.is_string()) return Ok{};
    HONE_TRY(
        Fields("table.reference", reference,
               {"file", "table", "block", "backbone", "backbones", "rows", "columns", "match"}));
    if (reference["file"].AsString().empty()) {
      return At("table.reference.file", "missing: name a CSV file");
    }
    if (!reference["rows"].is_null() && !reference["rows"].is_object()) {
      return At("table.reference.rows", "expected { [\"arm\"] = \"row of the reference\" }");
    }
    for (const char* names : {"backbones", "columns"}) {
      const std::string place = std::string("table.reference.") + names;
      if (!reference[names].is_null() && !reference[names].is_object()) {
        return At(place, "expected { [\"name here\"] = \"name there\" }");
      }
      for (const auto& [here, there] : reference[names].members()) {
        HONE_TRY(Text(place + "." + here, there));
      }
    }
    for (const auto& [arm, row] : reference["rows"].members()) {
      HONE_TRY(Text("table.reference.rows." + arm, row));
      if (std::find(arms_.begin(), arms_.end(), arm) == arms_.end()) {
        return At("table.reference.rows", "no arm '" + arm + "'" + NameHint(arm, arms_));
      }
    }
    const Json& match = reference["match"];
    if (match.is_null()) return Ok{};
    HONE_TRY(Fields("table.reference.match", match, {"data", "models", "protocol"}));
    for (const auto& [key, value] : match.members()) {
      if (value.is_bool() || (key == "models" && value.is_object())) continue;
      return At("table.reference.match." + key, "expected true or false: does it match?");
    }
    return Ok{};
  }

  const std::string& file_;
  const std::vector<std::string>& arms_;
};

}  // namespace

Status CheckTable(const std::string& file, const Json& table,
                  const std::vector<std::string>& arms) {
  return Check(file, arms).Table(table);
}

}  // namespace hone
