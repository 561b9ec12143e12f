#include "report/report_data.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "engine/table_spec.h"
#include "report/call_figures.h"

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
  std::sort(rest.begin(), rest.end(), IsBeforeReplicate);
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
  const Json result = ParseOrNull(row["evaluate_result"].AsString());
  const Json::Array& failed = result["failed"].items();
  // A judge of skills looks at every task and answers none.
  if (attempted == 0 && failed.empty() && result["attempted"].AsInt() >= planned) return "";
  std::string reason = std::to_string(planned - attempted) + " of " + std::to_string(planned) +
                       " report tasks without an attempt";
  if (!failed.empty()) reason += ": " + failed.front()["message"].AsString();
  return reason;
}

Status LoadArms(ReadDatabase& database, ReportData* data) {
  const Json id = data->experiment.experiment_id;
  HONE_ASSIGN(const Rows experiment,
              database.Query("SELECT config_json, sources_json FROM experiments "
                             "WHERE experiment_id = ?",
                             Json::MakeArray({id})));
  if (experiment.empty()) return Fail(ErrorCode::kNotFound, "the experiment is gone");
  data->config = ParseOrNull(experiment.front()["config_json"].AsString());
  const std::string file = TableReferenceFile(data->config["table"]);
  const Json sources = ParseOrNull(experiment.front()["sources_json"].AsString());
  if (const auto hash = Hash::FromHex(sources[file].AsString()); !file.empty() && hash.ok()) {
    HONE_ASSIGN(const Part text, database.TextOf(*hash));
    data->reference = *text.text;
  }
  HONE_ASSIGN(
      const Rows arms,
      database.Query("SELECT arm_id, name, recipe, baseline, origin, labels_json, "
                     "config_json FROM arms WHERE experiment_id = ? ORDER BY position, name",
                     Json::MakeArray({id})));
  for (const Json& row : arms) {
    ReportArm arm;
    arm.arm_id = row["arm_id"].AsInt();
    arm.name = row["name"].AsString();
    arm.recipe = row["recipe"].AsString();
    arm.baseline = row["baseline"].AsString();
    arm.origin = row["origin"].AsString();
    const Json labels = ParseOrNull(row["labels_json"].AsString());
    arm.model = labels["model"].AsString();
    arm.slice = labels["slice"].AsString();
    arm.label = labels["arm"].AsString().empty() ? arm.name : labels["arm"].AsString();
    arm.config = ParseOrNull(row["config_json"].AsString());
    data->arms.push_back(std::move(arm));
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

// Attempts of one split. An answer is known by its local id: equal ids are equal texts.
Status ReadAttempts(ReadDatabase& database, const IndexOf& arm_index, const ReportData& data,
                    std::string_view view, std::vector<ReportAttempt>* out) {
  const bool is_report = view == "report_attempts";
  const std::string sql =
      "SELECT v.arm_id, v.replicate, v.item_position, v.item, v.cluster, "
      "v.category, v.separation, v.task, v.graded, v.solved, v.n_pass, "
      "v.n_rubrics, v.ungraded_reason, v.answer_text_id, v.score, v.failure_class, "
      "v.infrastructure, (SELECT max(su.event = 'load' AND su.found) FROM skill_uses su "
      "WHERE su.attempt_id = v.attempt_id AND su.injected), " +
      std::string(is_report ? "v.overlap" : "NULL") + " FROM " + std::string(view) +
      " v WHERE v.experiment_id = ?";
  std::map<std::string, int> replicates;
  for (std::size_t i = 0; i < data.replicates.size(); ++i) {
    replicates[data.replicates[i]] = static_cast<int>(i);
  }
  std::vector<std::tuple<int, int, int64_t, std::string, std::size_t>> order;
  std::vector<ReportAttempt> found;
  HONE_TRY(database.Each(sql, Json::MakeArray({data.experiment.experiment_id}),
                         [&](const std::vector<std::string>&, std::vector<Json> row) {
                           ReportAttempt attempt;
                           attempt.arm = arm_index.at(row[0].AsInt());
                           attempt.replicate = replicates.at(row[1].AsString());
                           attempt.item = row[3].AsString();
                           attempt.cluster = row[4].AsString();
                           attempt.category = row[5].AsString();
                           attempt.exposed = row[6].AsString() == "none";
                           attempt.task = row[7].AsString();
                           attempt.graded = row[8].AsInt() != 0;
                           attempt.solved = attempt.graded && row[9].AsInt() != 0;
                           attempt.n_pass = row[10].AsInt();
                           attempt.n_rubrics = row[11].AsInt();
                           attempt.ungraded_reason = row[12].AsString();
                           attempt.answer = row[13].AsInt();
                           if (!row[14].is_null()) attempt.score = row[14].AsDouble();
                           attempt.failure_class = row[15].AsString();
                           attempt.infrastructure = row[16].AsInt() != 0;
                           attempt.offered = !row[17].is_null();
                           attempt.loaded = row[17].AsInt() != 0;
                           attempt.overlap = row[18].AsString();
                           order.emplace_back(attempt.arm, attempt.replicate, row[2].AsInt(),
                                              attempt.task, found.size());
                           found.push_back(std::move(attempt));
                           return true;
                         }));
  std::sort(order.begin(), order.end());
  out->reserve(found.size());
  for (const auto& place : order) out->push_back(std::move(found[std::get<4>(place)]));
  return Ok{};
}

// Small integers for clusters and tasks, the same in every arm and in sorted order.
void LabelAttempts(ReportData* data) {
  std::map<std::string, int> clusters;
  std::map<std::pair<std::string, std::string>, int> tasks;
  for (auto* list : {&data->attempts, &data->selects}) {
    for (ReportAttempt& attempt : *list) {
      if (attempt.cluster.empty()) attempt.cluster = attempt.item;
      clusters[attempt.cluster] = 0;
      tasks[{attempt.item, attempt.task}] = 0;
    }
  }
  int next = 0;
  for (auto& [name, label] : clusters) {
    label = next++;
    data->clusters.push_back(name);
  }
  next = 0;
  for (auto& [name, label] : tasks) label = next++;
  for (auto* list : {&data->attempts, &data->selects}) {
    for (ReportAttempt& attempt : *list) {
      attempt.cluster_label = clusters.at(attempt.cluster);
      attempt.task_label = tasks.at({attempt.item, attempt.task});
    }
  }
}

Status LoadAttempts(ReadDatabase& database, const IndexOf& arm_index, ReportData* data) {
  HONE_TRY(ReadAttempts(database, arm_index, *data, "report_attempts", &data->attempts));
  HONE_TRY(ReadAttempts(database, arm_index, *data, "select_attempts", &data->selects));
  LabelAttempts(data);

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

Status LoadDecisions(ReadDatabase& database, ReportData* data) {
  HONE_ASSIGN(const Rows rows,
              database.Query("SELECT arm, rung, action, reason FROM search_decisions "
                             "WHERE experiment_id = ? ORDER BY rung",
                             Json::MakeArray({data->experiment.experiment_id})));
  std::map<int, ReportDecision> last;
  for (const Json& row : rows) {
    for (std::size_t i = 0; i < data->arms.size(); ++i) {
      if (data->arms[i].name != row["arm"].AsString()) continue;
      const int arm = static_cast<int>(i);
      last[arm] = {arm, row["rung"].AsInt(), row["action"].AsString(), row["reason"].AsString()};
    }
  }
  for (auto& [arm, decision] : last) data->decisions.push_back(std::move(decision));
  return Ok{};
}

// Of training as well as of evaluation: what was learnt from such attempts is no safer.
Status LoadUnsafe(ReadDatabase& database, const IndexOf& arm_index, ReportData* data) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT au.arm_id, count(DISTINCT at.attempt_id) AS attempts
      FROM arm_units au JOIN attempts at ON at.unit_id = au.unit_id AND at.unsafe
      WHERE au.experiment_id = ? GROUP BY au.arm_id)sql",
                                              Json::MakeArray({data->experiment.experiment_id})));
  for (const Json& row : rows) {
    const auto arm = static_cast<std::size_t>(arm_index.at(row["arm_id"].AsInt()));
    data->arms[arm].unsafe_attempts = row["attempts"].AsInt();
  }
  return Ok{};
}

Status LoadSelfJudged(ReadDatabase& database, ReportData* data) {
  const Json id = data->experiment.experiment_id;
  HONE_ASSIGN(const Rows judged, database.Query(R"sql(
      SELECT DISTINCT c.model FROM report_attempts ra
      JOIN calls c ON c.call_id = ra.call_id
      JOIN calls j ON j.call_id = ra.judge_call_id AND j.model = c.model
      WHERE ra.experiment_id = ? ORDER BY c.model)sql",
                                                Json::MakeArray({id})));
  for (const Json& row : judged) data->self_judged_models.push_back(row["model"].AsString());
  return Ok{};
}

}  // namespace

bool IsBeforeReplicate(const std::string& a, const std::string& b) {
  return std::pair(a.size(), a) < std::pair(b.size(), b);
}

int ReportData::BaselineOf(int arm) const {
  const ReportArm& own = arms[static_cast<std::size_t>(arm)];
  const auto is_beside = [&](const ReportArm& other) {
    return other.model == own.model && other.slice == own.slice;
  };
  for (const Json& declared : config["arms"].items()) {  // baseline = "": none, on purpose
    const Json& chosen = declared["settings"]["baseline"];
    if (declared["name"].AsString() == own.label && chosen == Json("")) return -1;
  }
  // The baseline of a matrix is named by its label, or the arm was expanded with the full name.
  const std::string& table = config["table"]["baseline"].AsString();
  const std::string& name = own.baseline.empty() ? table : own.baseline;
  if (name.empty()) return -1;
  int found = -1;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const int at = static_cast<int>(i);
    if (arms[i].name == name && (found < 0 || is_beside(arms[i]))) found = at;
    if (arms[i].label == name && is_beside(arms[i])) return at;
  }
  return found;
}

const ReportDecision* ReportData::DecisionOf(int arm) const {
  for (const ReportDecision& decision : decisions) {
    if (decision.arm == arm) return &decision;
  }
  return nullptr;
}

bool ReportData::IsDropped(int arm) const {
  const ReportDecision* decision = DecisionOf(arm);
  return decision != nullptr && (decision->action == "drop" || decision->action == "prune");
}

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
  HONE_TRY(LoadCallFigures(database, &data));
  HONE_TRY(LoadCells(database, arm_index, &data));
  HONE_TRY(LoadAttempts(database, arm_index, &data));
  HONE_TRY(LoadDecisions(database, &data));
  HONE_TRY(LoadUnsafe(database, arm_index, &data));
  HONE_TRY(LoadSelfJudged(database, &data));
  return data;
}

}  // namespace hone
