#include "report/report_data.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

bool IsHexPrefix(const std::string& text) {
  return text.size() >= 4 && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

ExperimentRef RefOf(const Json& row) {
  return {row["experiment_id"].AsInt(), row["hash"].AsString(),   row["name"].AsString(),
          row["file"].AsString(),       row["status"].AsString(), row["subset"].AsString()};
}

Json ParseOrNull(const std::string& text) {
  auto parsed = Json::Parse(text);
  return parsed.ok() ? std::move(parsed).value() : Json();
}

// The spelling of an entry of `seeds` as a replicate's name.
std::string ReplicateName(const Json& seed) {
  return seed.is_string() ? seed.AsString() : seed.Dump();
}

// `seeds` first, in file order; replicates that the file does not name follow in natural order.
std::vector<std::string> OrderReplicates(const Json& config, const std::set<std::string>& found) {
  std::vector<std::string> out;
  for (const Json& seed : config["seeds"].items()) {
    const std::string name = ReplicateName(seed);
    if (found.count(name) != 0 && std::find(out.begin(), out.end(), name) == out.end()) {
      out.push_back(name);
    }
  }
  std::vector<std::string> rest;
  for (const std::string& name : found) {
    if (std::find(out.begin(), out.end(), name) == out.end()) rest.push_back(name);
  }
  std::sort(rest.begin(), rest.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a.size(), a) < std::pair(b.size(), b);  // "9" before "10"
  });
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::string WhyUnfinished(std::string_view what, const std::string& status, const Json& row,
                          const char* code_column, const char* message_column) {
  std::string reason;
  if (status == "running") {
    reason = std::string(what) + " was interrupted";
  } else {
    reason = std::string(what) + " " + status;
  }
  const std::string& message = row[message_column].AsString();
  const std::string& code = row[code_column].AsString();
  if (!message.empty()) {
    reason += ": " + message;
  } else if (!code.empty()) {
    reason += ": " + code;
  }
  return reason;
}

std::string MissingReason(const Json& row) {
  const std::string& unit = row["unit_status"].AsString();
  // An arm that takes the skills of another may have an evaluation and no unit of its own.
  if (unit.empty() && row["evaluate_status"].AsString().empty()) return "not started";
  if (!unit.empty() && unit != "finished")
    return WhyUnfinished("unit", unit, row, "unit_code", "unit_message");
  const int64_t planned = row["report_tasks"].AsInt();
  if (planned == 0) return "";
  const std::string& evaluation = row["evaluate_status"].AsString();
  if (evaluation.empty()) return "not evaluated";
  if (evaluation != "finished") {
    return WhyUnfinished("evaluation", evaluation, row, "evaluate_code", "evaluate_message");
  }
  const int64_t attempted = row["attempted"].AsInt();
  if (attempted >= planned) return "";
  std::string reason = std::to_string(planned - attempted) + " of " + std::to_string(planned) +
                       " report tasks without an attempt";
  const Json result = ParseOrNull(row["evaluate_result"].AsString());
  const Json::Array& failed = result["failed"].items();
  if (!failed.empty()) reason += ": " + failed.front()["message"].AsString();
  return reason;
}

Status LoadArms(ReadDatabase& database, ReportData* data) {
  const Json id = data->experiment.experiment_id;
  HONE_ASSIGN(const Rows experiment,
              database.Query("SELECT config_json FROM experiments WHERE experiment_id = ?",
                             Json::MakeArray({id})));
  if (experiment.empty()) return Fail(ErrorCode::kNotFound, "the experiment is gone");
  data->config = ParseOrNull(experiment.front()["config_json"].AsString());
  HONE_ASSIGN(const Rows arms,
              database.Query("SELECT arm_id, name, recipe, baseline, config_json FROM arms "
                             "WHERE experiment_id = ? ORDER BY position, name",
                             Json::MakeArray({id})));
  for (const Json& row : arms) {
    ReportArm arm;
    arm.arm_id = row["arm_id"].AsInt();
    arm.name = row["name"].AsString();
    arm.recipe = row["recipe"].AsString();
    arm.baseline = row["baseline"].AsString();
    arm.config = ParseOrNull(row["config_json"].AsString());
    data->arms.push_back(std::move(arm));
  }
  return Ok{};
}

Status LoadCalls(ReadDatabase& database, ReportData* data) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      WITH used AS (SELECT DISTINCT rc.arm_id, rc.arm_position, rc.call_id
                    FROM run_calls rc WHERE rc.experiment_id = ?),
           per_call AS (SELECT call_id, count(*) AS n_arms, min(arm_position) AS first
                        FROM used GROUP BY call_id)
      SELECT used.arm_id, count(*) AS alone, sum(n_arms = 1) AS exclusive,
             sum(first < arm_position) AS shared, coalesce(sum(c.cost_pico_usd), 0) AS cost,
             sum(c.cost_pico_usd IS NULL) AS no_price
      FROM used JOIN per_call USING (call_id)
      JOIN calls c ON c.call_id = used.call_id AND c.status = 'answered'
      GROUP BY used.arm_id)sql",
                                              Json::MakeArray({data->experiment.experiment_id})));
  for (const Json& row : rows) {
    for (ReportArm& arm : data->arms) {
      if (arm.arm_id != row["arm_id"].AsInt()) continue;
      arm.calls_alone = row["alone"].AsInt();
      arm.calls_exclusive = row["exclusive"].AsInt();
      arm.calls_shared = row["shared"].AsInt();
      arm.cost_alone = PicoUsd{row["cost"].AsInt()};
      arm.calls_without_price = row["no_price"].AsInt();
    }
  }
  return Ok{};
}

using IndexOf = std::map<int64_t, int>;

Status LoadCells(ReadDatabase& database, const IndexOf& arm_index, ReportData* data) {
  const Json id = data->experiment.experiment_id;
  HONE_ASSIGN(const Rows runs,
              database.Query("SELECT DISTINCT r.replicate FROM runs r JOIN arms a USING (arm_id) "
                             "WHERE a.experiment_id = ?",
                             Json::MakeArray({id})));
  std::set<std::string> found;
  for (const Json& row : runs) found.insert(row["replicate"].AsString());
  data->replicates = OrderReplicates(data->config, found);

  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT a.arm_id, r.replicate, ru.position, ru.name, ru.cluster, ru.category, ru.separation,
             ru.report_tasks, u.status AS unit_status, u.error_code AS unit_code,
             u.error_message AS unit_message, v.status AS evaluate_status,
             v.error_code AS evaluate_code, v.error_message AS evaluate_message,
             v.result_json AS evaluate_result,
             (SELECT count(DISTINCT t.name) FROM attempts at JOIN tasks t USING (task_id)
              WHERE at.unit_id = v.unit_id AND at.purpose = 'report') AS attempted
      FROM runs r JOIN arms a ON a.arm_id = r.arm_id
      JOIN run_units ru ON ru.run_id = r.run_id
      LEFT JOIN units u ON u.unit_id = ru.unit_id
      LEFT JOIN units v ON v.unit_id = ru.evaluate_unit_id
      WHERE a.experiment_id = ?)sql",
                                              Json::MakeArray({id})));
  for (const Json& row : rows) {
    ReportCell cell;
    cell.arm = arm_index.at(row["arm_id"].AsInt());
    const auto at =
        std::find(data->replicates.begin(), data->replicates.end(), row["replicate"].AsString());
    cell.replicate = static_cast<int>(at - data->replicates.begin());
    cell.position = row["position"].AsInt();
    cell.item = row["name"].AsString();
    cell.cluster = row["cluster"].AsString();
    cell.category = row["category"].AsString();
    cell.separation = row["separation"].AsString();
    cell.report_tasks = row["report_tasks"].AsInt();
    cell.missing = MissingReason(row);
    data->cells.push_back(std::move(cell));
  }
  std::sort(data->cells.begin(), data->cells.end(), [](const ReportCell& a, const ReportCell& b) {
    return std::tie(a.arm, a.replicate, a.position) < std::tie(b.arm, b.replicate, b.position);
  });
  return Ok{};
}

Status LoadAttempts(ReadDatabase& database, const IndexOf& arm_index, ReportData* data) {
  // The answer and the verdicts' statuses say whether two replicates came out the same; a hash of a
  // text survives a merge of databases, a local id does not.
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT ra.arm_id, ra.replicate, ra.item_position, ra.item, ra.cluster, ra.category,
             ra.separation, ra.task, ra.graded, ra.solved, ra.n_pass, ra.n_rubrics, ra.overlap,
             coalesce(hex(x.hash), '') || ':' ||
             coalesce((SELECT group_concat(status, '') FROM (SELECT v.status FROM verdicts v
                       WHERE v.attempt_id = ra.attempt_id ORDER BY v.n)), '') AS content
      FROM report_attempts ra JOIN attempts at ON at.attempt_id = ra.attempt_id
      LEFT JOIN texts x ON x.text_id = at.answer_text_id
      WHERE ra.experiment_id = ?)sql",
                                              Json::MakeArray({data->experiment.experiment_id})));
  std::vector<std::tuple<int, int, int64_t, std::string, std::size_t>> order;
  std::vector<ReportAttempt> found;
  for (const Json& row : rows) {
    ReportAttempt attempt;
    attempt.arm = arm_index.at(row["arm_id"].AsInt());
    const auto at =
        std::find(data->replicates.begin(), data->replicates.end(), row["replicate"].AsString());
    attempt.replicate = static_cast<int>(at - data->replicates.begin());
    attempt.item = row["item"].AsString();
    attempt.cluster = row["cluster"].AsString();
    attempt.category = row["category"].AsString();
    attempt.task = row["task"].AsString();
    attempt.overlap = row["overlap"].AsString();
    attempt.content = row["content"].AsString();
    attempt.graded = row["graded"].AsInt() != 0;
    attempt.solved = attempt.graded && row["solved"].AsInt() != 0;
    attempt.exposed = row["separation"].AsString() == "none";
    attempt.n_pass = row["n_pass"].AsInt();
    attempt.n_rubrics = row["n_rubrics"].AsInt();
    order.emplace_back(attempt.arm, attempt.replicate, row["item_position"].AsInt(), attempt.task,
                       found.size());
    found.push_back(std::move(attempt));
  }
  std::sort(order.begin(), order.end());
  for (const auto& place : order) data->attempts.push_back(found[std::get<4>(place)]);

  // A task that one arm has seen is taken out of every arm's headline: rows stay comparable. The
  // overlap rows of runs whose evaluation is missing count as well, hence not from the view.
  HONE_ASSIGN(const Rows overlaps,
              database.Query(R"sql(
      SELECT DISTINCT r.replicate, ru.name AS item, o.task_name AS task
      FROM overlaps o JOIN runs r ON r.run_id = o.run_id JOIN arms a ON a.arm_id = r.arm_id
      JOIN run_units ru ON ru.run_id = o.run_id AND ru.position = o.position
      WHERE a.experiment_id = ?)sql",
                             Json::MakeArray({data->experiment.experiment_id})));
  std::set<std::tuple<std::string, std::string, std::string>> touched;
  for (const Json& row : overlaps) {
    touched.emplace(row["replicate"].AsString(), row["item"].AsString(), row["task"].AsString());
  }
  for (ReportAttempt& attempt : data->attempts) {
    attempt.touched = touched.count({data->replicates[static_cast<std::size_t>(attempt.replicate)],
                                     attempt.item, attempt.task}) != 0;
  }
  return Ok{};
}

Status LoadModels(ReadDatabase& database, ReportData* data) {
  const Json id = data->experiment.experiment_id;
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT us.role, c.model, coalesce(c.response_model, '') AS response_model,
             count(DISTINCT c.call_id) AS calls
      FROM (SELECT DISTINCT ru.unit_id AS a, ru.evaluate_unit_id AS b
            FROM runs r JOIN arms USING (arm_id) JOIN run_units ru USING (run_id)
            WHERE arms.experiment_id = ?) cells
      JOIN uses us ON us.unit_id IN (cells.a, cells.b)
      JOIN calls c ON c.call_id = us.call_id AND c.status = 'answered'
      GROUP BY us.role, c.model, c.response_model
      ORDER BY us.role, c.model, c.response_model)sql",
                                              Json::MakeArray({id})));
  for (const Json& row : rows) {
    data->models.push_back({row["role"].AsString(), row["model"].AsString(),
                            row["response_model"].AsString(), row["calls"].AsInt()});
  }
  HONE_ASSIGN(const Rows judged, database.Query(R"sql(
      SELECT DISTINCT c.model FROM report_attempts ra
      JOIN attempts at ON at.attempt_id = ra.attempt_id
      JOIN calls c ON c.call_id = at.call_id
      JOIN calls j ON j.call_id = at.judge_call_id AND j.model = c.model
      WHERE ra.experiment_id = ? ORDER BY c.model)sql",
                                                Json::MakeArray({id})));
  for (const Json& row : judged) data->self_judged_models.push_back(row["model"].AsString());
  return Ok{};
}

}  // namespace

Result<ExperimentRef> FindExperiment(ReadDatabase& database, const std::string& name) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT e.experiment_id, lower(hex(e.hash)) AS hash, e.name, e.file, e.status, )sql" +
                                                  std::string(kSubsetSql) + R"sql(
      FROM experiments e ORDER BY e.started_at_ms DESC, e.experiment_id DESC)sql",
                                              Json()));
  if (rows.empty()) {
    return Fail(ErrorCode::kNotFound,
                "the database holds no experiment yet; start one with: hone run EXPERIMENT.lua");
  }
  if (name.empty()) return RefOf(rows.front());
  std::vector<std::string> names;
  for (const Json& row : rows) {
    if (row["name"].AsString() == name) return RefOf(row);
    if (std::find(names.begin(), names.end(), row["name"].AsString()) == names.end()) {
      names.push_back(row["name"].AsString());
    }
  }
  if (IsHexPrefix(name)) {
    const std::string prefix = ToLowerAscii(name);
    std::vector<const Json*> hits;
    for (const Json& row : rows) {
      if (row["hash"].AsString().compare(0, prefix.size(), prefix) == 0) hits.push_back(&row);
    }
    if (hits.size() == 1) return RefOf(*hits.front());
    if (hits.size() > 1) {
      return Invalid("'" + name + "' begins the hash of " + std::to_string(hits.size()) +
                     " experiments; write more of its digits (hone ls shows them)");
    }
  }
  return Fail(ErrorCode::kNotFound,
              "no experiment '" + name + "' in this database" + NameHint(name, names));
}

Result<ReportData> LoadReportData(ReadDatabase& database, const ExperimentRef& experiment) {
  ReportData data;
  data.experiment = experiment;
  HONE_TRY(database.BeginSnapshot());
  struct End {
    ReadDatabase& database;
    ~End() { database.EndSnapshot(); }
  } end{database};
  HONE_TRY(LoadArms(database, &data));
  IndexOf arm_index;
  for (std::size_t i = 0; i < data.arms.size(); ++i) {
    arm_index[data.arms[i].arm_id] = static_cast<int>(i);
  }
  HONE_TRY(LoadCalls(database, &data));
  HONE_TRY(LoadCells(database, arm_index, &data));
  HONE_TRY(LoadAttempts(database, arm_index, &data));
  HONE_TRY(LoadModels(database, &data));
  return data;
}

}  // namespace hone
