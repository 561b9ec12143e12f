#include "report/table_reference.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/table_spec.h"
#include "report/evaluator_metrics.h"
#include "report/published_numbers.h"

namespace hone {
namespace {

constexpr std::string_view kOfflineReader = "offline/reader";

std::map<std::string, std::set<std::string>> ResponsesOf(const ReportData& data) {
  std::map<std::string, std::set<std::string>> out;
  for (const ModelUse& use : data.models) out[use.model].insert(use.response_model);
  return out;
}

// match.models = {["GPT-4.1"] = "gpt-4.1-2025-04-14"}: what the arms of a label answered as.
void CheckResponses(const ReportData& data, const Json& expected, std::vector<std::string>* out) {
  const auto responses = ResponsesOf(data);
  for (const ReportArm& arm : data.arms) {
    const Json& wanted = expected[arm.model];
    if (wanted.is_null()) continue;
    const auto found = responses.find(arm.config["models"]["default"].AsString());
    if (found == responses.end()) continue;
    for (const std::string& response : found->second) {
      if (response == wanted.AsString()) continue;
      out->push_back(arm.model + " answered as " + response + ", not as " + wanted.AsString());
    }
  }
}

std::vector<std::string> WhyNotComparable(const ReportData& data, const ResultTable& table) {
  const Json& match = data.config["table"]["reference"]["match"];
  std::vector<std::string> out;
  std::string unstated;
  for (const char* what : {"data", "models", "protocol"}) {
    const Json& value = match[what];
    if (value.AsBool() || (value.is_object() && value.size() > 0)) continue;
    unstated += (unstated.empty() ? "" : ", ") + std::string(what);
  }
  if (!unstated.empty()) {
    out.push_back("the experiment does not state a match of " + unstated);
  }
  if (!data.experiment.subset.empty()) out.push_back("only " + data.experiment.subset);
  if (!table.missing.empty()) out.emplace_back("cells are missing");
  for (const auto& [model, responses] : ResponsesOf(data)) {
    if (model.starts_with(kOfflineReader)) {
      out.push_back(model + " is no language model");
    } else if (responses.size() > 1) {
      out.push_back(model + " answered as more than one model");
    }
  }
  CheckResponses(data, match["models"], &out);
  std::sort(out.begin() + (unstated.empty() ? 0 : 1), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

class Reference {
 public:
  Reference(const ReportData& data, PublishedNumbers numbers, bool comparable)
      : data_(data), numbers_(std::move(numbers)), comparable_(comparable) {
    const Json& spec = data.config["table"]["reference"];
    place_.table = spec["table"].AsString();
    place_.block = spec["block"].AsString();
    place_.backbone = spec["backbone"].AsString();
  }

  // `column` is a category's name, or "overall".
  [[nodiscard]] std::optional<PublishedValue> Of(const std::string& arm_name,
                                                 const std::string& column,
                                                 const TableRate& measured) const {
    const ReportArm* arm = FindArm(arm_name);
    if (arm == nullptr) return std::nullopt;
    const std::optional<double> percent = NumberOf(*arm, column);
    if (!percent) return std::nullopt;
    PublishedValue out;
    out.percent = *percent;
    if (comparable_ && measured.defined()) out.difference = measured.value() * 100 - *percent;
    return out;
  }

  // `metrics` of a row: their columns are named by reference.columns, else by themselves.
  void Put(const std::string& arm_name, std::vector<MetricMean>* metrics) const {
    const ReportArm* arm = FindArm(arm_name);
    if (arm == nullptr) return;
    const Json& columns = data_.config["table"]["reference"]["columns"];
    for (MetricMean& mean : *metrics) {
      const Json& column = columns[mean.name];
      const std::optional<double> number =
          NumberOf(*arm, column.is_string() ? column.AsString() : MetricTitle(mean.name));
      if (!number) continue;
      mean.published = PublishedValue{*number, std::nullopt};
      if (comparable_ && mean.n > 0) mean.published->difference = mean.mean - *number;
    }
  }

 private:
  [[nodiscard]] std::optional<double> NumberOf(const ReportArm& of,
                                               const std::string& column) const {
    const ReportArm* arm = &of;
    PublishedNumbers::Place place = place_;
    const Json& spec = data_.config["table"]["reference"];
    const Json& beside = spec["backbones"][arm->model];
    if (place.backbone.empty()) {
      place.backbone = beside.is_string() ? beside.AsString() : arm->model;
    }
    const Json& rows = spec["rows"];
    const Json& by_name = rows[arm->name];
    const Json& by_label = rows[arm->label];
    place.row = by_name.is_string() ? by_name.AsString()
                                    : (by_label.is_string() ? by_label.AsString() : arm->label);
    place.column = column;
    // A slice is a part of the data: it has a column of its own or none.
    if (column == "overall" && !arm->slice.empty()) place.column = arm->slice;
    return numbers_.Find(place);
  }

  [[nodiscard]] const ReportArm* FindArm(const std::string& name) const {
    for (const ReportArm& arm : data_.arms) {
      if (arm.name == name) return &arm;
    }
    return nullptr;
  }

  const ReportData& data_;
  const PublishedNumbers numbers_;
  const bool comparable_;
  PublishedNumbers::Place place_;
};

}  // namespace

void AddReference(const ReportData& data, ResultTable* table) {
  table->reference_file = TableReferenceFile(data.config["table"]);
  if (table->reference_file.empty()) return;
  if (data.reference.empty()) {
    table->not_comparable.emplace_back("its text is not in the database");
    return;
  }
  Result<PublishedNumbers> numbers = PublishedNumbers::Parse(data.reference, table->reference_file);
  if (!numbers.ok()) {
    table->not_comparable.push_back(numbers.error().message);
    return;
  }
  table->not_comparable = WhyNotComparable(data, *table);
  const Reference reference(data, std::move(*numbers), table->not_comparable.empty());
  for (ArmRow& row : table->rows) {
    row.published = reference.Of(row.name, "overall", row.solved);
    reference.Put(row.name, &row.metrics);
    const bool has_metric = std::any_of(row.metrics.begin(), row.metrics.end(),
                                        [](const MetricMean& mean) { return mean.published; });
    if (!row.published && !has_metric) table->not_in_reference.push_back(row.name);
    for (CategoryRate& rate : row.categories) {
      rate.published = reference.Of(row.name, rate.category, rate.solved);
    }
  }
  for (CategoryRow& row : table->categories) {
    row.published = reference.Of(row.arm, row.category, row.solved);
  }
}

}  // namespace hone
