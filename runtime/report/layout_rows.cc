#include "report/layout_rows.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

// Tables of a unit: what becomes a list of the same name. Columns that end in _text_id are followed
// to their text, those that end in _json are parsed.
struct LayoutTable {
  const char* name;
  const char* sql;
  bool of_evaluation = false;
};

constexpr LayoutTable kTables[] = {
    {"tasks", "SELECT * FROM tasks WHERE unit_id = :unit", true},
    {"attempts",
     "SELECT a.*, hone_text(a.answer_text_id) AS answer FROM attempts a WHERE a.unit_id = :unit",
     true},
    {"skills", "SELECT s.*, hone_text(s.text_id) AS text FROM skills s WHERE s.unit_id = :unit"},
    {"edits", "SELECT * FROM edits WHERE unit_id = :unit"},
    {"gates", "SELECT * FROM gates WHERE unit_id = :unit"},
    {"probes", "SELECT * FROM probes WHERE unit_id = :unit"},
    {"replays", "SELECT * FROM replays WHERE unit_id = :unit"},
    {"selections", "SELECT * FROM selections WHERE unit_id = :unit"},
    {"steps", "SELECT * FROM steps WHERE unit_id = :unit"},
    {"metrics", "SELECT * FROM metrics WHERE unit_id = :unit", true},
    {"artifacts",
     "SELECT a.*, hone_text(a.text_id) AS text FROM artifacts a WHERE a.unit_id = :unit"},
    {"commits",
     "SELECT c.*, hone_text(c.diff_text_id) AS diff FROM commits c WHERE c.unit_id = :unit"},
    {"skill_uses", "SELECT * FROM skill_uses WHERE unit_id = :unit"},
    {"execs", "SELECT * FROM execs WHERE unit_id = :unit"},
    {"uses",
     "SELECT us.path, us.ordinal, us.role, us.step, c.model, c.input_tokens, c.output_tokens "
     "FROM uses us JOIN calls c USING (call_id) WHERE us.unit_id = :unit"},
};

Json UnitParam(int64_t unit) { return Json::MakeObject({{"unit", unit}}); }

// "3.10" after "3.2": paths are compared part by part, numbers as numbers.
std::vector<std::pair<int64_t, std::string>> PathOrder(const std::string& path) {
  std::vector<std::pair<int64_t, std::string>> out;
  if (path.empty()) return out;
  for (const std::string_view part : Split(path, '.')) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    const bool is_number = error == std::errc() && end == part.data() + part.size();
    out.emplace_back(is_number ? number : -1, std::string(part));
  }
  return out;
}

// Program order as far as rows tell it: what happened on one path is in order; a map's rows come
// after those that its own path made before only when their step says so.
void SortRows(Rows* rows) {
  std::stable_sort(rows->begin(), rows->end(), [](const Json& a, const Json& b) {
    const int64_t step_a = a["step"].AsInt();  // of uses it is a name: 0 for all
    const int64_t step_b = b["step"].AsInt();
    if (step_a != step_b) return step_a < step_b;
    const auto path_a = PathOrder(a["path"].AsString());
    const auto path_b = PathOrder(b["path"].AsString());
    if (path_a != path_b) return path_a < path_b;
    const char* place = a.Has("ordinal") ? "ordinal" : "n";
    return a[place].AsInt() < b[place].AsInt();
  });
}

Result<Json> Plain(ReadDatabase& database, const Json& row) {
  constexpr std::string_view kJson = "_json";
  Json out = Json::MakeObject();
  for (const auto& [name, value] : row.members()) {
    if (name.ends_with("text_id") || name == "unit_id" || name == "call_id" ||
        name == "judge_call_id" || value.is_null()) {
      continue;
    }
    if (!name.ends_with(kJson)) {
      out.Set(name, value);
      continue;
    }
    const Result<Json> parsed = Json::Parse(value.AsString());
    if (!parsed.ok()) continue;
    HONE_ASSIGN(Json resolved, database.ResolveTexts(*parsed));
    out.Set(name.substr(0, name.size() - kJson.size()), std::move(resolved));
  }
  return out;
}

// Adds to each of `rows` the list `name` of the rows of `sql`, which name their owner by `key`.
Status AddLists(ReadDatabase& database, const char* sql, int64_t unit, const char* key,
                const char* name, Rows* rows) {
  HONE_ASSIGN(const Rows parts, database.Query(sql, UnitParam(unit)));
  std::map<int64_t, Json> lists;
  for (const Json& part : parts) {
    Json& list = lists[part[key].AsInt()];
    if (part.Has("value")) {
      list.Append(part["value"]);
    } else {
      list.Append(Json::MakeObject({{"status", part["status"]}, {"reason", part["reason"]}}));
    }
  }
  for (Json& row : *rows) {
    const auto found = lists.find(row[key].AsInt());
    row.Set(name, found == lists.end() ? Json::MakeArray() : std::move(found->second));
  }
  return {};
}

Result<Rows> TableRows(ReadDatabase& database, const LayoutTable& table, int64_t unit) {
  HONE_ASSIGN(Rows rows, database.Query(table.sql, UnitParam(unit)));
  SortRows(&rows);
  const std::string_view name = table.name;
  if (name == "tasks") {
    HONE_TRY(AddLists(database,
                      "SELECT r.task_id, r.text AS value FROM rubrics r JOIN tasks USING (task_id) "
                      "WHERE unit_id = :unit ORDER BY r.task_id, r.n",
                      unit, "task_id", "rubrics", &rows));
  }
  if (name == "attempts") {
    HONE_TRY(AddLists(database,
                      "SELECT v.attempt_id, v.status, v.reason FROM verdicts v "
                      "JOIN attempts USING (attempt_id) WHERE unit_id = :unit "
                      "ORDER BY v.attempt_id, v.n",
                      unit, "attempt_id", "verdicts", &rows));
  }
  Rows out;
  for (const Json& row : rows) {
    HONE_ASSIGN(Json plain, Plain(database, row));
    out.push_back(std::move(plain));
  }
  return out;
}

Result<Json> UnitOf(ReadDatabase& database, const LayoutRun& run, const Json& cell) {
  Json unit = Json::MakeObject({{"id", cell["item"]},
                                {"replicate", Json(run.replicate)},
                                {"arm", Json(run.arm)},
                                {"cluster", cell["cluster"]},
                                {"category", cell["category"]}});
  const Result<Json> config = Json::Parse(cell["config"].AsString());
  unit.Set("params", config.ok() ? (*config)["params"] : Json::MakeObject());
  Json out = Json::MakeObject({{"unit", std::move(unit)}});
  Json evaluation = Json::MakeObject();
  for (const LayoutTable& table : kTables) {
    HONE_ASSIGN(Rows rows, TableRows(database, table, cell["unit_id"].AsInt()));
    out.Set(table.name, Json(Json::Array(rows.begin(), rows.end())));
    if (!table.of_evaluation || cell["evaluate_unit_id"].is_null()) continue;
    HONE_ASSIGN(Rows more, TableRows(database, table, cell["evaluate_unit_id"].AsInt()));
    evaluation.Set(table.name, Json(Json::Array(more.begin(), more.end())));
  }
  out.Set("evaluation", std::move(evaluation));
  if (const Result<Json> result = Json::Parse(cell["result"].AsString()); result.ok()) {
    HONE_ASSIGN(Json resolved, database.ResolveTexts(*result));
    out.Set("result", std::move(resolved));
  }
  return out;
}

}  // namespace

Result<std::vector<LayoutRun>> FindLayoutRuns(ReadDatabase& database,
                                              const ExperimentRef& experiment,
                                              const std::string& arm) {
  HONE_ASSIGN(const Rows rows,
              database.Query("SELECT r.run_id, a.name, a.recipe, r.replicate FROM arms a "
                             "JOIN runs r USING (arm_id) WHERE a.experiment_id = :id "
                             "AND a.recipe <> '' ORDER BY a.position, r.run_id",
                             Json::MakeObject({{"id", experiment.experiment_id}})));
  std::vector<LayoutRun> out;
  std::vector<std::string> names;
  for (const Json& row : rows) {
    const std::string& name = row["name"].AsString();
    if (names.empty() || names.back() != name) names.push_back(name);
    if (!arm.empty() && arm != name) continue;
    out.push_back(
        {row["run_id"].AsInt(), name, row["recipe"].AsString(), row["replicate"].AsString()});
  }
  if (!out.empty()) return out;
  return Fail(ErrorCode::kNotFound, "experiment '" + experiment.name + "' has no arm '" +
                                        OneLine(arm, 80) + "' with a recipe" +
                                        NameHint(arm, names));
}

Result<Json> LayoutRows(ReadDatabase& database, const LayoutRun& run,
                        std::vector<std::string>* left_out) {
  HONE_ASSIGN(
      const Rows cells,
      database.Query("SELECT ru.name AS item, ru.cluster, ru.category, ru.unit_id, "
                     "ru.evaluate_unit_id, "
                     "a.config_json AS config, u.result_json AS result, u.status "
                     "FROM run_units ru JOIN runs r USING (run_id) JOIN arms a USING (arm_id) "
                     "LEFT JOIN units u ON u.unit_id = ru.unit_id "
                     "WHERE ru.run_id = :run ORDER BY ru.position",
                     Json::MakeObject({{"run", run.run_id}})));
  Json out = Json::MakeArray();
  for (const Json& cell : cells) {
    if (cell["status"].AsString() != "finished") {
      left_out->push_back(cell["item"].AsString());
      continue;
    }
    HONE_ASSIGN(Json unit, UnitOf(database, run, cell));
    out.Append(std::move(unit));
  }
  return out;
}

}  // namespace hone
