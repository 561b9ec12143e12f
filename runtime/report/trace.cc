#include "report/trace.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/report_data.h"
#include "report/show.h"
#include "report/skill_story.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

Json With(const char* name, Json value) { return Json::MakeObject({{name, std::move(value)}}); }

std::vector<std::string> Column(const Rows& rows, std::string_view name) {
  std::vector<std::string> out;
  for (const Json& row : rows) {
    const std::string& value = row[name].AsString();
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  }
  return out;
}

// The run of an arm and replicate.
Result<Json> FindRun(ReadDatabase& database, const ExperimentRef& experiment,
                     const TraceQuery& query) {
  HONE_ASSIGN(const Rows runs, database.Query(R"sql(
      SELECT a.name AS arm, r.replicate, r.run_id, r.status FROM runs r JOIN arms a USING (arm_id)
      WHERE a.experiment_id = :id ORDER BY a.position, r.run_id)sql",
                                              With("id", experiment.experiment_id)));
  const std::vector<std::string> arms = Column(runs, "arm");
  if (query.arm.empty()) {
    return Invalid("which arm? experiment '" + experiment.name + "' has: " + Join(arms, ", "));
  }
  Rows of_arm;
  for (const Json& run : runs) {
    if (run["arm"].AsString() == query.arm) of_arm.push_back(run);
  }
  if (of_arm.empty()) {
    return Fail(ErrorCode::kNotFound, "experiment '" + experiment.name + "' has no arm '" +
                                          OneLine(query.arm, 80) + "'" + NameHint(query.arm, arms));
  }
  if (query.replicate.empty()) return of_arm.front();
  for (const Json& run : of_arm) {
    if (run["replicate"].AsString() == query.replicate) return run;
  }
  return Fail(ErrorCode::kNotFound, "arm '" + query.arm + "' has no seed '" +
                                        OneLine(query.replicate, 40) + "'" +
                                        NameHint(query.replicate, Column(of_arm, "replicate")));
}

Result<Rows> CellsOf(ReadDatabase& database, const Json& run_id) {
  return database.Query(R"sql(
      SELECT ru.name AS item, ru.cluster, ru.category, ru.position, ru.report_tasks,
             lower(hex(u.unit_key)) AS unit, coalesce(u.status, 'not started') AS status,
             u.error_message AS error, lower(hex(v.unit_key)) AS evaluation,
             v.unit_id AS evaluate_unit_id, v.status AS evaluation_status,
             v.error_message AS evaluation_error, lower(hex(ru.skill_hash)) AS skill
      FROM run_units ru LEFT JOIN units u USING (unit_id)
      LEFT JOIN units v ON v.unit_id = ru.evaluate_unit_id
      WHERE ru.run_id = :run ORDER BY ru.position)sql",
                        With("run", run_id));
}

Result<Rows> AttemptsOf(ReadDatabase& database, const Json& run_id, const Json& position) {
  return database.Query(R"sql(
      SELECT ra.task, ra.attempt_id, at.task_id, ra.graded, ra.solved, ra.n_pass, ra.n_rubrics,
             ra.ungraded_reason, ra.overlap, hone_text(at.answer_text_id) AS answer,
             lower(hex(c.key)) AS answer_call, lower(hex(j.key)) AS judge_call
      FROM report_attempts ra JOIN attempts at ON at.attempt_id = ra.attempt_id
      LEFT JOIN calls c ON c.call_id = at.call_id
      LEFT JOIN calls j ON j.call_id = at.judge_call_id
      WHERE ra.run_id = :run AND ra.item_position = :position ORDER BY ra.task, at.path, at.n)sql",
                        Json::MakeObject({{"run", run_id}, {"position", position}}));
}

std::string Outcome(const Json& attempt) {
  if (attempt["graded"].AsInt() == 0) return "ungraded: " + attempt["ungraded_reason"].AsString();
  std::string text = attempt["solved"].AsInt() != 0 ? "solved" : "not solved";
  text += " (" + std::to_string(attempt["n_pass"].AsInt()) + " of " +
          std::to_string(attempt["n_rubrics"].AsInt()) + " rubrics)";
  const std::string& overlap = attempt["overlap"].AsString();
  return overlap.empty() ? text : text + ", touched: seen in " + overlap;
}

Result<Json> VerdictsOf(ReadDatabase& database, const Json& attempt) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT ru.n, ru.text AS rubric, v.status, v.reason FROM rubrics ru
      LEFT JOIN verdicts v ON v.n = ru.n AND v.attempt_id = :attempt
      WHERE ru.task_id = :task ORDER BY ru.n)sql",
                                              Json::MakeObject({{"attempt", attempt["attempt_id"]},
                                                                {"task", attempt["task_id"]}})));
  Json out = Json::MakeArray();
  for (const Json& row : rows) {
    const std::string& status = row["status"].AsString();
    out.Append(Json::MakeObject({{"status", status.empty() ? "no verdict" : status},
                                 {"rubric", row["rubric"]},
                                 {"reason", row["reason"]}}));
  }
  return out;
}

Result<Json> CallBrief(ReadDatabase& database, const std::string& key) {
  if (key.empty()) return Json();
  HONE_ASSIGN(const StoredCall call, LoadStoredCall(database, key));
  HONE_ASSIGN(Json messages, MessagesJson(call.request));
  return Json::MakeObject({{"call", call.key},
                           {"model", call.row["model"]},
                           {"response_model", call.row["response_model"]},
                           {"finish_reason", call.row["finish_reason"]},
                           {"input_tokens", call.row["input_tokens"]},
                           {"output_tokens", call.row["output_tokens"]},
                           {"prompt", std::move(messages)},
                           {"answer", call.row["answer"]}});
}

// An attempt of an item; `deep` adds task, answer and prompts.
Result<Json> AttemptJson(ReadDatabase& database, const Json& attempt, bool deep) {
  Json out = Json::MakeObject({{"task", attempt["task"]}, {"outcome", Outcome(attempt)}});
  if (deep) {
    HONE_ASSIGN(const Rows task, database.Query("SELECT text, span_text FROM tasks "
                                                "WHERE task_id = :id",
                                                With("id", attempt["task_id"])));
    if (!task.empty()) {
      out.Set("text", task.front()["text"]);
      out.Set("span", task.front()["span_text"]);
    }
    out.Set("answer", attempt["answer"]);
  }
  HONE_ASSIGN(Json verdicts, VerdictsOf(database, attempt));
  out.Set("verdicts", std::move(verdicts));
  if (!deep) {
    out.Set("judge_call", attempt["judge_call"]);
    out.Set("answer_call", attempt["answer_call"]);
    return out;
  }
  HONE_ASSIGN(Json judge, CallBrief(database, attempt["judge_call"].AsString()));
  out.Set("judge_call", std::move(judge));
  HONE_ASSIGN(Json answer, CallBrief(database, attempt["answer_call"].AsString()));
  out.Set("answer_call", std::move(answer));
  return out;
}

Json CellHead(const Json& cell) {
  Json out = Json::MakeObject();
  for (const char* name : {"item", "cluster", "category", "status", "error", "evaluation_status",
                           "evaluation_error", "unit", "evaluation"}) {
    out.Set(name, cell[name]);
  }
  return out;
}

}  // namespace

Result<Json> Trace(ReadDatabase& database, const TraceQuery& query) {
  HONE_ASSIGN(const ExperimentRef experiment, FindExperiment(database, query.experiment));
  HONE_ASSIGN(const Json run, FindRun(database, experiment, query));
  Json out = Json::MakeObject({{"experiment", experiment.name},
                               {"hash", experiment.hash},
                               {"arm", run["arm"]},
                               {"seed", run["replicate"]}});
  HONE_ASSIGN(const Rows cells, CellsOf(database, run["run_id"]));
  if (query.item.empty()) {
    Json items = Json::MakeArray();
    for (const Json& cell : cells) {
      HONE_ASSIGN(const Rows attempts, AttemptsOf(database, run["run_id"], cell["position"]));
      Json entry = CellHead(cell);
      entry.Set("skill", cell["skill"]);
      Json tasks = Json::MakeArray();
      for (const Json& attempt : attempts) {
        tasks.Append(attempt["task"].AsString() + ": " + Outcome(attempt));
      }
      entry.Set("tasks", std::move(tasks));
      items.Append(std::move(entry));
    }
    out.Set("items", std::move(items));
    return out;
  }
  const auto cell = std::find_if(cells.begin(), cells.end(), [&](const Json& row) {
    return row["item"].AsString() == query.item;
  });
  if (cell == cells.end()) {
    return Fail(ErrorCode::kNotFound, "the run has no item '" + OneLine(query.item, 80) + "'" +
                                          NameHint(query.item, Column(cells, "item")));
  }
  const Json head = CellHead(*cell);
  for (const auto& [key, value] : head.members()) out.Set(key, value);
  HONE_ASSIGN(const Rows attempts, AttemptsOf(database, run["run_id"], (*cell)["position"]));
  Json shown = Json::MakeArray();
  for (const Json& attempt : attempts) {
    if (!query.task.empty() && attempt["task"].AsString() != query.task) continue;
    HONE_ASSIGN(Json entry, AttemptJson(database, attempt, !query.task.empty()));
    shown.Append(std::move(entry));
  }
  if (!query.task.empty() && shown.size() == 0) {
    return Fail(ErrorCode::kNotFound, "item '" + query.item + "' has no attempt at a task '" +
                                          OneLine(query.task, 80) + "'" +
                                          NameHint(query.task, Column(attempts, "task")));
  }
  out.Set("attempts", std::move(shown));
  HONE_ASSIGN(Json story,
              SkillStory(database, (*cell)["unit"].AsString(), (*cell)["skill"].AsString()));
  if (story.is_null()) {
    out.Set("skill", "none: the item was answered without a skill");
  } else {
    out.Set("skill", std::move(story));
  }
  return out;
}

}  // namespace hone
