#include "report/table_footer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "stats/paired_test.h"

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
  const bool judges = std::any_of(data.models.begin(), data.models.end(),
                                  [](const ModelUse& use) { return use.role == "judge"; });
  if (data.attempts.empty() && !data.metrics.empty()) {
    out->push_back("graded by " + (judge.empty() ? "?" : judge) + " (evaluator '" +
                   evaluate["with"].AsString() +
                   "'): means over contexts and replicates of what it recorded, in its own unit");
  } else if (!evaluate["with"].AsString().empty() && !judges) {
    out->push_back("report tasks are scored by the evaluator '" + evaluate["with"].AsString() +
                   "' itself: no model judges");
  } else if (!evaluate["with"].AsString().empty()) {
    out->push_back("report tasks are judged by " + (judge.empty() ? "?" : judge) + " (evaluator '" +
                   evaluate["with"].AsString() + "'); solved = every rubric passes");
  }
  if (!data.self_judged_models.empty()) {
    out->push_back("MARK: judge and answering model are the same: " +
                   Join(data.self_judged_models, ", "));
  }
}

void AddPrompts(const ReportData& data, std::vector<std::string>* out) {
  std::map<std::string, std::vector<std::string>> replaced;  // "name = file" -> arms
  for (const ReportArm& arm : data.arms) {
    for (const auto& [name, file] : arm.config["prompts"].members()) {
      replaced[name + " = " + (file.is_string() ? file.AsString() : file.Dump())].push_back(
          arm.name);
    }
  }
  if (replaced.empty()) {
    out->emplace_back("prompts: those of the recipes, written for Hone");
    return;
  }
  std::vector<std::string> texts;
  for (const auto& [text, arms] : replaced) {
    const bool is_all = arms.size() == data.arms.size();
    texts.push_back(text + " (" + (is_all ? "all arms" : Join(arms, ", ")) + ")");
  }
  out->push_back("prompts: those of the recipes, but " + Join(texts, "; "));
}

// A name without a version that answered as a version: tomorrow it may be another.
void AddAliases(const ReportData& data, std::vector<std::string>* out) {
  std::map<std::string, std::set<std::string>> aliases;
  for (const ModelUse& use : data.models) {
    if (IsOfflineReader(use) || use.response_model.empty()) continue;
    const std::size_t slash = use.model.find('/');
    std::string name = slash == std::string::npos ? use.model : use.model.substr(slash + 1);
    name = name.substr(0, name.find('@'));
    if (use.response_model.starts_with(name + "-")) aliases[use.model].insert(use.response_model);
  }
  for (const auto& [model, responses] : aliases) {
    out->push_back("alias: " + model + " names no version; it answered as " +
                   Join({responses.begin(), responses.end()}, ", "));
  }
}

void AddFallbacks(const ReportData& data, std::vector<std::string>* out) {
  for (const FallbackUse& use : data.fallbacks) {
    out->push_back("FALLBACK: " + std::to_string(use.calls) + " calls for " + use.asked +
                   " were answered by " + use.answered);
  }
}

void AddEstimates(const ReportData& data, std::vector<std::string>* out) {
  if (data.calls_estimated == 0) return;
  out->push_back("tokens: " + std::to_string(data.calls_estimated) + " of " +
                 std::to_string(data.calls_answered) +
                 " calls came without a usage report; their tokens and prices are estimates");
}

// Switches that are named for what they give up.
void CollectUnsafe(const Json& value, const std::string& path, std::set<std::string>* out) {
  for (const auto& [key, member] : value.members()) {
    const std::string place = path.empty() ? key : path + "." + key;
    const bool is_named = key.starts_with("unsafe") || key.starts_with("allow_");
    if (is_named && !member.is_null() && member != Json(false)) {
      out->insert(place + " = " + (member.is_string() ? member.AsString() : member.Dump()));
    }
    CollectUnsafe(member, place, out);
  }
}

void AddUnsafe(const ReportData& data, std::vector<std::string>* out) {
  std::set<std::string> found;
  Json values = data.config;
  values.Erase("arms");  // the resolved parameters of each stand in its own configuration
  CollectUnsafe(values, "", &found);
  for (const ReportArm& arm : data.arms) {
    CollectUnsafe(arm.config["params"], arm.name, &found);
    CollectUnsafe(arm.config["evaluator_params"], "evaluate", &found);
  }
  if (data.config["on_interruption"].AsString() == "record") {
    found.insert("on_interruption = record: recipes were told of broken connections");
  }
  for (const std::string& one : found) out->push_back("UNSAFE: " + one);
}

void AddInfrastructure(const ResultTable& table, std::vector<std::string>* out) {
  int64_t failed = 0;
  for (const UngradedRow& row : table.infrastructure) failed += row.attempts;
  if (failed == 0) return;
  out->push_back("infrastructure: in " + std::to_string(failed) +
                 " attempts the world failed (a call, an image, the verifier's installation), not "
                 "the arm: out of the graded ones, not solved in all; once it is mended, the same "
                 "command with --retry-recorded tries them again");
}

void AddUnsafeRows(const ResultTable& table, std::vector<std::string>* out) {
  for (const ArmRow& row : table.rows) {
    if (row.unsafe == 0) continue;
    out->push_back("UNSAFE: in " + std::to_string(row.unsafe) + " attempts of " + row.name +
                   " the solver could reach the tests; its numbers cannot be believed as they are");
  }
}

void AddExposed(const ReportData& data, const ResultTable& table, std::vector<std::string>* out) {
  if (table.exposed.empty()) return;
  std::set<std::string> items;
  for (const ReportAttempt& attempt : data.attempts) {
    if (attempt.exposed) items.insert(attempt.item);
  }
  out->push_back("EXPOSED: the task of " + std::to_string(items.size()) +
                 " contexts could not be cut out of them; they are in no row above");
}

void AddReferenceLines(const ResultTable& table, std::vector<std::string>* out) {
  if (table.reference_file.empty()) return;
  if (table.not_comparable.empty()) {
    out->push_back("published: " + table.reference_file +
                   "; the experiment states that data, models and protocol match");
  } else {
    out->push_back("published: " + table.reference_file +
                   ", NOT COMPARABLE: " + Join(table.not_comparable, "; "));
  }
  if (!table.not_in_reference.empty()) {
    out->push_back("published: no row for " + Join(table.not_in_reference, ", "));
  }
}

void AddSearchLines(const ReportData& data, const ResultTable& table,
                    std::vector<std::string>* out) {
  if (table.search.empty()) return;
  const std::string method = data.config["search"].is_string()
                                 ? data.config["search"].AsString()
                                 : data.config["search"]["method"].AsString();
  std::string line = "search" + (method.empty() ? "" : " (" + method + ")") +
                     ": chose on the selection split only; a dropped arm keeps the part of its "
                     "row that was measured";
  out->push_back(std::move(line));
}

void AddMethod(const ResultTable& table, std::vector<std::string>* out) {
  const bool of_means = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](const ArmRow& row) { return !row.metrics.empty(); });
  out->push_back(
      std::string("[low, high]: 95 % interval over documents (clusters) and, with two training "
                  "runs or more, over runs: cluster-robust ") +
      (of_means ? "Student's interval of means, score interval of rates" : "score interval"));
  const bool compares = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](const ArmRow& row) { return row.difference.has_value(); });
  if (compares) {
    out->push_back(
        "difference: points, over tasks graded in both arms; p: paired sign-flip test on "
        "cluster means over replicates, Holm-corrected over the rows; *: p <= 0.05 (**: 0.01) and, "
        "with two training runs or more, p <= 0.05 over runs, too; no test below " +
        std::to_string(kFewestClustersToTest) + " clusters");
  }
  if (table.arms_not_shown > 0) {
    out->push_back(std::to_string(table.arms_not_shown) +
                   " arms of the experiment are not among the rows; the corrections count them");
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
  if (const Json& imported = data.config["imported"]; !imported.is_null()) {
    out.push_back("IMPORTED: imported from " + imported["folder"].AsString() + " (layout '" +
                  imported["layout"].AsString() +
                  "'): what another program wrote, nothing was run here");
  }
  if (!data.experiment.subset.empty()) out.push_back("subset: " + data.experiment.subset);
  AddModels(data, &out);
  AddAliases(data, &out);
  AddFallbacks(data, &out);
  AddJudge(data, &out);
  AddUnsafe(data, &out);
  AddUnsafeRows(table, &out);
  AddInfrastructure(table, &out);
  AddPrompts(data, &out);
  AddEstimates(data, &out);
  AddExposed(data, table, &out);
  AddReferenceLines(table, &out);
  AddSearchLines(data, table, &out);
  AddOverlap(table, &out);
  AddMethod(table, &out);
  return out;
}

}  // namespace hone
