#include "report/pass_rates.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/report_data.h"
#include "report/text_grid.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

struct Rates {
  int64_t tasks = 0, graded = 0, passed = 0;
  double satisfaction = 0;

  void Add(const Json& row) {
    ++tasks;
    graded += row["graded"].AsInt();
    passed += row["solved"].AsInt();
    if (row["n_rubrics"].AsInt() > 0) {
      satisfaction += row["n_pass"].AsDouble() / row["n_rubrics"].AsDouble();
    }
  }
  [[nodiscard]] Json ToJson() const {
    const auto share = [](double part, int64_t whole) {
      return whole == 0 ? 0.0 : part / static_cast<double>(whole);
    };
    const double rate = share(static_cast<double>(passed), tasks);
    return Json::MakeObject({{"tasks", Json(tasks)},
                             {"graded", Json(graded)},
                             {"passed", Json(passed)},
                             {"pass_rate", Json(rate)},
                             {"pass_rate_graded", Json(share(static_cast<double>(passed), graded))},
                             {"avg_score", Json(rate)},
                             {"avg_rubric_satisfaction", Json(share(satisfaction, tasks))}});
  }
};

void AddOnce(const std::string& name, std::vector<std::string>* names) {
  if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
}

// "id [source]" -> "id": how the contexts of a source are named beside the held-out ones.
std::string ContextOf(const std::string& item, const std::string& source) {
  const std::string suffix = " [" + source + "]";
  return item.ends_with(suffix) ? item.substr(0, item.size() - suffix.size()) : item;
}

// Sources that each variant evolved on: a parameter of its recipe.
Result<std::set<std::pair<std::string, std::string>>> InSample(ReadDatabase& database,
                                                               int64_t experiment) {
  HONE_ASSIGN(const Rows arms,
              database.Query("SELECT name, config_json FROM arms WHERE experiment_id = :id",
                             Json::MakeObject({{"id", experiment}})));
  std::set<std::pair<std::string, std::string>> out;
  for (const Json& arm : arms) {
    const Result<Json> config = Json::Parse(arm["config_json"].AsString());
    if (!config.ok()) continue;
    for (const Json& source : (*config)["params"]["evolved_on"].items()) {
      out.insert({arm["name"].AsString(), source.AsString()});
    }
  }
  return out;
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", 100 * share);
  return text;
}

}  // namespace

Result<Json> PassRates(ReadDatabase& database, const std::string& experiment) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, experiment));
  HONE_ASSIGN(const auto in_sample, InSample(database, found.experiment_id));
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT ra.arm, ra.category, ra.item, ra.task, ra.replicate, ra.graded, ra.solved, ra.n_pass,
             ra.n_rubrics, hone_text(a.answer_text_id) AS answer, ra.ungraded_reason,
             (SELECT group_concat(v.status || ': ' || v.reason, char(10)) FROM verdicts v
              WHERE v.attempt_id = ra.attempt_id) AS feedback
      FROM report_attempts ra JOIN attempts a USING (attempt_id)
      WHERE ra.experiment_id = :id
      ORDER BY ra.item_position, ra.attempt_id, ra.arm_position, ra.replicate)sql",
                                              Json::MakeObject({{"id", found.experiment_id}})));
  HONE_ASSIGN(const Rows arms,
              database.Query("SELECT name FROM arms WHERE experiment_id = :id ORDER BY position",
                             Json::MakeObject({{"id", found.experiment_id}})));
  std::vector<std::string> variants, sources;
  for (const Json& arm : arms) AddOnce(arm["name"].AsString(), &variants);
  std::set<std::string> taught;  // sources that somebody evolved on
  for (const auto& [arm, source] : in_sample) taught.insert(source);
  std::map<std::string, Rates> by_variant, held_out;
  std::map<std::pair<std::string, std::string>, Rates> by_source;
  Json listed = Json::MakeArray();
  for (const Json& row : rows) {
    const std::string& arm = row["arm"].AsString();
    const std::string& source = row["category"].AsString();
    AddOnce(source, &sources);
    by_variant[arm].Add(row);
    by_source[{source, arm}].Add(row);
    if (taught.count(source) == 0) held_out[arm].Add(row);
    const bool is_graded = row["graded"].AsInt() != 0;
    listed.Append(Json::MakeObject(
        {{"context_id", Json(ContextOf(row["item"].AsString(), source))},
         {"source", Json(source)},
         {"task_id", row["task"]},
         {"variant", Json(arm)},
         {"replicate", row["replicate"]},
         {"passed", Json(row["solved"].AsInt() != 0)},
         {"score", Json(row["solved"].AsDouble())},
         {"satisfied", row["n_pass"]},
         {"total_rubrics", row["n_rubrics"]},
         {"graded", Json(is_graded)},
         {"in_sample", Json(in_sample.count({arm, source}) > 0)},
         {"answer", Json(row["answer"].AsString())},
         {"judge_feedback", is_graded ? row["feedback"] : row["ungraded_reason"]}}));
  }
  Json variants_out = Json::MakeObject();
  for (const std::string& variant : variants) {
    Json rates = by_variant[variant].ToJson();
    rates.Set("held_out", held_out[variant].ToJson());
    variants_out.Set(variant, std::move(rates));
  }
  Json sources_out = Json::MakeObject();
  for (const std::string& source : sources) {
    Json of_source = Json::MakeObject();
    for (const std::string& variant : variants) {
      Json rates = by_source[{source, variant}].ToJson();
      rates.Set("in_sample", Json(in_sample.count({variant, source}) > 0));
      of_source.Set(variant, std::move(rates));
    }
    sources_out.Set(source, std::move(of_source));
  }
  return Json::MakeObject({{"experiment", Json(found.name)},
                           {"hash", Json(found.hash)},
                           {"summary", Json::MakeObject({{"by_variant", std::move(variants_out)},
                                                         {"by_source", std::move(sources_out)}})},
                           {"rows", std::move(listed)}});
}

std::string RenderPassRates(const Json& rates) {
  const auto right = TextGrid::Align::kRight;
  TextGrid grid;
  grid.AddColumn("source");
  grid.AddColumn("variant");
  for (const char* column :
       {"tasks", "passed", "pass_rate %", "(graded) %", "avg_rubric_satisfaction %"}) {
    grid.AddColumn(column, right);
  }
  bool any_in_sample = false;
  const auto add = [&](const std::string& source, const std::string& variant, const Json& row) {
    const bool in_sample = row["in_sample"].AsBool();
    any_in_sample = any_in_sample || in_sample;
    const bool is_empty = row["tasks"].AsInt() == 0;
    grid.AddRow({source, variant, std::to_string(row["tasks"].AsInt()),
                 std::to_string(row["passed"].AsInt()),
                 is_empty ? "-" : Percent(row["pass_rate"].AsDouble()) + (in_sample ? " *" : ""),
                 row["graded"].AsInt() == 0 ? "-" : Percent(row["pass_rate_graded"].AsDouble()),
                 is_empty ? "-" : Percent(row["avg_rubric_satisfaction"].AsDouble())});
  };
  for (const auto& [source, variants] : rates["summary"]["by_source"].members()) {
    std::string shown = source;
    for (const auto& [variant, row] : variants.members())
      add(std::exchange(shown, ""), variant, row);
  }
  const Json& by_variant = rates["summary"]["by_variant"];
  std::string shown = "from neither";
  for (const auto& [variant, row] : by_variant.members()) {
    add(std::exchange(shown, ""), variant, row["held_out"]);
  }
  shown = "all sources";
  for (const auto& [variant, row] : by_variant.members())
    add(std::exchange(shown, ""), variant, row);
  std::string text = grid.Render();
  text += "\npass_rate: of all tasks, ungraded ones count as not passed; (graded): without them\n";
  if (any_in_sample) {
    text += "*: in-sample, the variant evolved on tasks of this source; compare on the others\n";
  }
  return text;
}

}  // namespace hone
