#include "report/table_footer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kOfflineReader = "offline/reader";

bool IsOfflineReader(const ModelUse& use) {
  return use.model.compare(0, kOfflineReader.size(), kOfflineReader) == 0 ||
         use.response_model.compare(0, kOfflineReader.size(), kOfflineReader) == 0;
}

void AddModels(const ReportData& data, std::vector<std::string>* out) {
  std::map<std::string, std::vector<std::string>> roles_of;  // model -> roles
  std::map<std::string, std::set<std::string>> responses_of;
  bool is_offline = false;
  for (const ModelUse& use : data.models) {
    std::vector<std::string>& roles = roles_of[use.model];
    if (std::find(roles.begin(), roles.end(), use.role) == roles.end()) roles.push_back(use.role);
    if (!use.response_model.empty()) responses_of[use.model].insert(use.response_model);
    is_offline = is_offline || IsOfflineReader(use);
  }
  std::vector<std::string> models;
  for (const auto& [model, roles] : roles_of) {
    std::string text = model + " (" + Join(roles, ", ") + ")";
    const auto& responses = responses_of[model];
    if (responses.size() == 1 && *responses.begin() != model) text += " = " + *responses.begin();
    models.push_back(std::move(text));
  }
  if (models.empty()) {
    out->emplace_back("models: none was called");
  } else {
    out->push_back("models: " + Join(models, "; "));
  }
  if (is_offline) {
    out->emplace_back("offline/reader is a rule-based reader, no language model");
  }
  for (const auto& [model, responses] : responses_of) {
    if (responses.size() < 2) continue;
    out->push_back("WARNING: " + model + " answered as more than one model: " +
                   Join({responses.begin(), responses.end()}, ", ") +
                   "; the rows may not be comparable");
  }
}

// The judge of the report tasks stands in the experiment; what judged in fact, in the calls.
void AddJudge(const ReportData& data, std::vector<std::string>* out) {
  const Json& evaluate = data.config["evaluate"];
  std::string judge = evaluate["judge"].AsString();
  if (judge.empty()) judge = data.config["models"]["judge"].AsString();
  if (judge.empty()) judge = data.config["models"]["default"].AsString();
  if (!evaluate["with"].AsString().empty()) {
    out->push_back("report tasks are judged by " + (judge.empty() ? "?" : judge) + " (evaluator '" +
                   evaluate["with"].AsString() + "'); solved = every rubric passes");
  }
  if (!data.self_judged_models.empty()) {
    out->push_back("MARK: judge and answering model are the same: " +
                   Join(data.self_judged_models, ", "));
  }
}

void AddPrompts(const ReportData& data, std::vector<std::string>* out) {
  std::vector<std::string> replaced;
  for (const ReportArm& arm : data.arms) {
    for (const auto& [name, file] : arm.config["prompts"].members()) {
      const std::string path = file.is_string() ? file.AsString() : file.Dump();
      replaced.push_back(name + " = " + path + " (" + arm.name + ")");
    }
  }
  if (replaced.empty()) {
    out->emplace_back("prompts: those of the recipes, written for Hone");
  } else {
    out->push_back("prompts: those of the recipes, but " + Join(replaced, ", "));
  }
}

void AddMethod(const ResultTable& table, std::vector<std::string>* out) {
  out->push_back(
      "[low, high]: 95 % percentile interval of a cluster bootstrap (replicates, then "
      "clusters are resampled; " +
      std::to_string(table.resamples) + " resamples, seed '" + table.seed + "')");
  const bool compares = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](const ArmRow& row) { return row.difference.has_value(); });
  if (compares) {
    out->push_back(
        "difference: points, over tasks graded in both arms; p: paired sign-flip test on "
        "cluster means over replicates, Holm-corrected over the rows; * p < 0.05, ** p < "
        "0.01; no test below " +
        std::to_string(kFewestClustersToTest) + " clusters");
  }
  const auto items_only = [](const ArmRow& row) {
    return row.replicates > 0 && row.replicates - row.identical_replicates < 2;
  };
  if (std::any_of(table.rows.begin(), table.rows.end(), items_only)) {
    out->emplace_back(
        "items only: one distinct run, so the interval covers the choice of items, not "
        "the variation between runs");
  }
  out->emplace_back(
      "graded: ungraded attempts left out; all: they count as not solved. calls alone: "
      "what this row by itself needs; exclusive: used by no other row; shared: a row "
      "above uses them too");
}

void AddOverlap(const ResultTable& table, std::vector<std::string>* out) {
  if (table.checked_tasks == 0) return;
  const double share =
      static_cast<double>(table.touched_tasks) / static_cast<double>(table.checked_tasks);
  std::string line = "overlap: " + std::to_string(table.touched_tasks) + " of " +
                     std::to_string(table.checked_tasks) + " report tasks (" + PercentText(share) +
                     ") occur in a self-play task or a skill of some arm";
  if (table.touched_tasks > 0) line += "; they are out of every row above and reported apart";
  out->push_back(std::move(line));
}

}  // namespace

std::vector<std::string> TableFooter(const ReportData& data, const ResultTable& table) {
  std::vector<std::string> out;
  if (!table.missing.empty()) {
    out.push_back("INCOMPLETE: " + std::to_string(table.missing.size()) + " of " +
                  std::to_string(table.cells_planned) +
                  " cells are missing; run the same command again to fill them");
  } else if (data.experiment.status != "complete") {
    out.push_back("the experiment's status is '" + data.experiment.status + "'");
  }
  if (!data.experiment.subset.empty()) out.push_back("subset: " + data.experiment.subset);
  AddModels(data, &out);
  AddJudge(data, &out);
  AddPrompts(data, &out);
  AddOverlap(table, &out);
  AddMethod(table, &out);
  return out;
}

}  // namespace hone
