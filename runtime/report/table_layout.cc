#include "report/table_layout.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/table_spec.h"

namespace hone {
namespace {

bool Varies(const ReportData& data, std::string ReportArm::*field) {
  std::set<std::string> values;
  for (const ReportArm& arm : data.arms) values.insert(arm.*field);
  return values.size() > 1;
}

std::string Chosen(const std::string& option, const Json& declared) {
  const std::string& value = option.empty() ? declared.AsString() : option;
  return value;
}

// What tells the arms of a heading apart.
std::string LabelOf(const ReportData& data, const ReportArm& arm, const std::string& group) {
  if (group == "model" && !arm.model.empty()) {
    return arm.slice.empty() ? arm.label : arm.slice + ": " + arm.label;
  }
  if (group == "slice" && !arm.slice.empty()) {
    const bool several = Varies(data, &ReportArm::model);
    return several && !arm.model.empty() ? arm.model + ": " + arm.label : arm.label;
  }
  return arm.name;
}

std::string HeadingOf(const ReportArm& arm, const std::string& group) {
  if (group == "model") return arm.model;
  if (group == "slice") return arm.slice;
  if (group == "recipe") return arm.recipe;
  return "";
}

}  // namespace

bool TableLayout::Has(const std::string& column) const {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

TableLayout LayoutOf(const ReportData& data, const TableOptions& options) {
  const Json& declared = data.config["table"];
  TableLayout out;
  out.group = Chosen(options.group, declared["group"]);
  if (out.group.empty() && Varies(data, &ReportArm::model)) out.group = "model";
  if (out.group.empty() && Varies(data, &ReportArm::slice)) out.group = "slice";
  if (out.group == "none") out.group.clear();
  out.by = Chosen(options.by, declared["by"]);
  // Whatever field evaluate.by names: its values are the categories on record.
  const std::string& evaluated_by = data.config["evaluate"]["by"].AsString();
  if (out.by.empty()) out.by = evaluated_by.empty() || evaluated_by == "none" ? "" : "category";
  if (out.by == "none") out.by.clear();
  out.columns = options.columns;
  if (out.columns.empty()) {
    for (const Json& column : declared["columns"].items()) out.columns.push_back(column.AsString());
  }
  // An evaluator that answers no tasks has its own numbers only.
  if (out.columns.empty() && data.attempts.empty() && !data.metrics.empty()) {
    out.columns = {"metrics",         "ungraded",     "missing", "calls_alone",
                   "calls_exclusive", "calls_shared", "cost"};
  }

  std::vector<TableLayout::Row> rows;
  std::set<int> taken;
  const auto add = [&](int index, const std::string& label) {
    const ReportArm& arm = data.arms[static_cast<std::size_t>(index)];
    if (!taken.insert(index).second) return;
    rows.push_back(
        {index, HeadingOf(arm, out.group), label.empty() ? LabelOf(data, arm, out.group) : label});
  };
  for (const Json& row : declared["rows"].items()) {
    const std::string& name = row.is_object() ? row["arm"].AsString() : row.AsString();
    for (std::size_t i = 0; i < data.arms.size(); ++i) {
      const ReportArm& arm = data.arms[i];
      if (arm.name == name || arm.label == name) add(static_cast<int>(i), row["label"].AsString());
    }
  }
  if (declared["rows"].size() == 0) {
    for (std::size_t i = 0; i < data.arms.size(); ++i) add(static_cast<int>(i), "");
  }
  std::vector<std::string> groups;
  for (const TableLayout::Row& row : rows) {
    if (std::find(groups.begin(), groups.end(), row.group) == groups.end()) {
      groups.push_back(row.group);
    }
  }
  for (const std::string& group : groups) {
    for (const TableLayout::Row& row : rows) {
      if (row.group == group) out.rows.push_back(row);
    }
  }
  return out;
}

Status CheckTableOptions(const TableOptions& options) {
  std::vector<std::string> known;
  for (const TableColumnName& column : kTableColumns) known.emplace_back(column.name);
  for (const std::string& column : options.columns) {
    if (std::find(known.begin(), known.end(), column) != known.end()) continue;
    return Invalid("--columns: no column '" + column + "'" + NameHint(column, known));
  }
  const auto one_of = [](const std::string& option, const std::string& value,
                         const std::vector<std::string>& names) -> Status {
    if (value.empty() || std::find(names.begin(), names.end(), value) != names.end()) return Ok{};
    return Invalid(option + ": unknown '" + value + "'" + NameHint(value, names));
  };
  HONE_TRY(one_of("--group", options.group, {"model", "slice", "recipe", "none"}));
  return one_of("--by", options.by, {"category", "none"});
}

}  // namespace hone
