#include "report/show.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/report_data.h"

namespace hone {
namespace {

using Rows = std::vector<Json>;

Json Blob(const std::string& hex) { return Json::MakeObject({{"$blob", hex}}); }
Json With(const char* name, Json value) { return Json::MakeObject({{name, std::move(value)}}); }

Json Parsed(const std::string& text) {
  auto json = Json::Parse(text);
  return json.ok() ? std::move(json).value() : Json(text);
}

// Members that end in _json, parsed, under the name without it.
Json ParseJsonMembers(const Json& row) {
  Json out = Json::MakeObject();
  for (const auto& [key, value] : row.members()) {
    constexpr std::string_view kSuffix = "_json";
    if (key.size() > kSuffix.size() &&
        key.compare(key.size() - kSuffix.size(), kSuffix.size(), kSuffix) == 0) {
      out.Set(key.substr(0, key.size() - kSuffix.size()), Parsed(value.AsString()));
    } else {
      out.Set(key, value);
    }
  }
  return out;
}

Json List(const Rows& rows) { return Json(Json::Array(rows.begin(), rows.end())); }

std::string Money(const Json& pico) {
  return pico.is_int() ? PicoUsd{pico.AsInt()}.Text() : "no price";
}

Result<Json> OnlyRow(ReadDatabase& database, std::string_view sql, const Json& params,
                     const std::string& missing) {
  HONE_ASSIGN(Rows rows, database.Query(sql, params));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, missing);
  return std::move(rows.front());
}

Result<Json> ShowExperiment(ReadDatabase& database, const std::string& id) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, id));
  const Json params = With("id", found.experiment_id);
  HONE_ASSIGN(const Json row,
              OnlyRow(database,
                      "SELECT lower(hex(hash)) AS hash, name, file, status, subset, hone_version, "
                      "config_json, sources_json, data_json, prices_json FROM experiments "
                      "WHERE experiment_id = :id",
                      params, "the experiment is gone"));
  HONE_ASSIGN(const Rows arms,
              database.Query("SELECT name, recipe, baseline FROM arms WHERE experiment_id = :id "
                             "ORDER BY position",
                             params));
  Json out = ParseJsonMembers(row);
  out.Set("arms", List(arms));
  return out;
}

struct ArmPlace {
  ExperimentRef experiment;
  int64_t arm_id = 0;
  std::string arm;
};

// The arm of an experiment, or an error that names the nearest.
Result<ArmPlace> FindArm(ReadDatabase& database, const std::string& experiment,
                         const std::string& arm) {
  ArmPlace place;
  HONE_ASSIGN(place.experiment, FindExperiment(database, experiment));
  HONE_ASSIGN(const Rows rows,
              database.Query("SELECT arm_id, name FROM arms WHERE experiment_id = :id "
                             "ORDER BY position",
                             With("id", place.experiment.experiment_id)));
  std::vector<std::string> names;
  for (const Json& row : rows) {
    names.push_back(row["name"].AsString());
    if (row["name"].AsString() != arm) continue;
    place.arm_id = row["arm_id"].AsInt();
    place.arm = arm;
    return place;
  }
  return Fail(ErrorCode::kNotFound, "experiment '" + place.experiment.name + "' has no arm '" +
                                        OneLine(arm, 80) + "'" + NameHint(arm, names));
}

// Names may hold slashes ("w/o replay"), so every way to cut the id is tried.
Result<Json> ShowArm(ReadDatabase& database, const std::string& id) {
  Result<ArmPlace> place = FindArm(database, "", id);
  for (std::size_t at = id.find('/'); !place.ok() && at != std::string::npos;
       at = id.find('/', at + 1)) {
    Result<ArmPlace> other = FindArm(database, id.substr(0, at), id.substr(at + 1));
    if (other.ok()) place = std::move(other);
  }
  if (!place.ok()) return place.error();
  const Json params = With("id", place->arm_id);
  HONE_ASSIGN(const Json row, OnlyRow(database,
                                      "SELECT name, recipe, baseline, config_json FROM arms "
                                      "WHERE arm_id = :id",
                                      params, "the arm is gone"));
  HONE_ASSIGN(const Rows runs,
              database.Query("SELECT replicate, status, lower(hex(program_hash)) AS program "
                             "FROM runs WHERE arm_id = :id ORDER BY run_id",
                             params));
  Json out = With("experiment", place->experiment.name);
  const Json parsed = ParseJsonMembers(row);
  for (const auto& [key, value] : parsed.members()) out.Set(key, value);
  out.Set("runs", List(runs));
  return out;
}

Result<Json> ShowRun(ReadDatabase& database, const std::string& id) {
  const std::size_t last = id.rfind('/');
  if (last == std::string::npos)
    return Invalid("a run is named ARM/REPLICATE, for example \"Ctx2Skill/1\"");
  const std::string replicate = id.substr(last + 1);
  HONE_ASSIGN(const Json arm, ShowArm(database, id.substr(0, last)));
  HONE_ASSIGN(
      Json run,
      OnlyRow(database,
              "SELECT r.run_id, e.name AS experiment, a.name AS arm, r.replicate, "
              "r.status, lower(hex(r.program_hash)) AS program "
              "FROM runs r JOIN arms a USING (arm_id) "
              "JOIN experiments e USING (experiment_id) "
              "WHERE a.name = :arm AND r.replicate = :replicate AND e.name = :name "
              "ORDER BY e.started_at_ms DESC LIMIT 1",
              Json::MakeObject(
                  {{"arm", arm["name"]}, {"replicate", replicate}, {"name", arm["experiment"]}}),
              "arm '" + arm["name"].AsString() + "' has no run of replicate '" +
                  OneLine(replicate, 40) + "'"));
  HONE_ASSIGN(const Rows cells, database.Query(R"sql(
      SELECT ru.name AS item, ru.cluster, ru.category, ru.report_tasks,
             lower(hex(u.unit_key)) AS unit, coalesce(u.status, 'not started') AS status,
             u.error_message AS error, lower(hex(v.unit_key)) AS evaluation,
             v.status AS evaluation_status, lower(hex(ru.skill_hash)) AS skill
      FROM run_units ru LEFT JOIN units u USING (unit_id)
      LEFT JOIN units v ON v.unit_id = ru.evaluate_unit_id
      WHERE ru.run_id = :run ORDER BY ru.position)sql",
                                               With("run", run["run_id"])));
  run.Erase("run_id");
  run.Set("cells", List(cells));
  return run;
}

Result<Json> ShowUnit(ReadDatabase& database, const std::string& id) {
  HONE_ASSIGN(const std::string key, FindByPrefix(database, "unit", "units", "unit_key", id));
  HONE_ASSIGN(
      const Json row,
      OnlyRow(database,
              "SELECT unit_id, lower(hex(unit_key)) AS unit, kind, name AS item, replicate, "
              "status, error_code, error_message, result_json FROM units "
              "WHERE unit_key = :key",
              With("key", Blob(key)), "the unit is gone"));
  const Json params = With("unit", row["unit_id"]);
  HONE_ASSIGN(const Rows cells, database.Query(R"sql(
      SELECT e.name AS experiment, a.name AS arm, r.replicate, ru.name AS item
      FROM run_units ru JOIN runs r USING (run_id) JOIN arms a USING (arm_id)
      JOIN experiments e USING (experiment_id)
      WHERE ru.unit_id = :unit OR ru.evaluate_unit_id = :unit
      ORDER BY e.started_at_ms, a.position, r.run_id, ru.position)sql",
                                               params));
  HONE_ASSIGN(const Rows calls, database.Query(R"sql(
      SELECT us.path, us.ordinal, us.role, us.step, c.model, c.finish_reason,
             lower(hex(c.key)) AS call
      FROM uses us JOIN calls c USING (call_id) WHERE us.unit_id = :unit
      ORDER BY us.path, us.ordinal)sql",
                                               params));
  Json out = ParseJsonMembers(row);
  out.Erase("unit_id");
  out.Set("cells", List(cells));
  out.Set("calls", List(calls));
  return out;
}

Result<Json> ShowAnswer(ReadDatabase& database, const std::string& id) {
  HONE_ASSIGN(const StoredCall call, LoadStoredCall(database, id));
  if (call.row["answer"].is_null()) {
    return Fail(ErrorCode::kNotFound, "call " + call.key.substr(0, 12) + " has no answer (" +
                                          call.row["status"].AsString() + ")");
  }
  return call.row["answer"];
}

Result<Json> ShowText(ReadDatabase& database, const std::string& id) {
  HONE_ASSIGN(const std::string hex, FindByPrefix(database, "text", "texts", "hash", id));
  HONE_ASSIGN(const Hash hash, Hash::FromHex(hex));
  HONE_ASSIGN(const Part part, database.TextOf(hash));
  return Json(*part.text);
}

// "UNIT/table:PATH#N" taken apart; unit is "" when the id is of another form.
struct RowPlace {
  std::string unit, path;
  int64_t n = 0;
};
RowPlace PlaceOf(const std::string& id, const std::string& table) {
  RowPlace place;
  const std::size_t at = id.find("/" + table + ":");
  const std::size_t hash = id.rfind('#');
  if (at == std::string::npos || hash == std::string::npos || hash < at) return place;
  const std::string digits = id.substr(hash + 1);
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return place;
  }
  place.unit = id.substr(0, at);
  const std::size_t start = at + table.size() + 2;
  place.path = id.substr(start, hash - start);
  place.n = std::stoll(digits);
  return place;
}

Result<Json> ShowSkill(ReadDatabase& database, const std::string& id) {
  std::string where;
  Json params;
  const RowPlace place = PlaceOf(id, "skills");
  if (!place.unit.empty()) {
    HONE_ASSIGN(const std::string unit,
                FindByPrefix(database, "unit", "units", "unit_key", place.unit));
    where = "u.unit_key = :unit AND s.path = :path AND s.n = :n";
    params = Json::MakeObject({{"unit", Blob(unit)}, {"path", place.path}, {"n", place.n}});
  } else {
    HONE_ASSIGN(const std::string hash, FindByPrefix(database, "skill", "texts", "hash", id));
    where = "x.hash = :hash";
    params = With("hash", Blob(hash));
  }
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT s.name, s.description, s.side, s.words, s.step, lower(hex(x.hash)) AS hash,
             lower(hex(u.unit_key)) || '/skills:' || s.path || '#' || s.n AS id,
             u.name AS item, u.replicate, hone_text(s.text_id) AS text
      FROM skills s JOIN texts x USING (text_id) JOIN units u USING (unit_id) WHERE )sql" +
                                                  where + " ORDER BY u.unit_key, s.path, s.n",
                                              params));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, "no skill '" + OneLine(id, 100) + "'");
  Json versions = Json::MakeArray();
  for (Json row : rows) {
    row.Erase("text");
    versions.Append(std::move(row));
  }
  Json out = Json::MakeObject({{"versions", std::move(versions)}});
  out.Set("text", rows.front()["text"]);
  return out;
}

Result<Json> ShowTask(ReadDatabase& database, const std::string& id) {
  std::string where = "t.name = :name";
  Json params = With("name", id);
  const RowPlace place = PlaceOf(id, "tasks");
  if (!place.unit.empty()) {
    HONE_ASSIGN(const std::string unit,
                FindByPrefix(database, "unit", "units", "unit_key", place.unit));
    where = "u.unit_key = :unit AND t.path = :path AND t.n = :n";
    params = Json::MakeObject({{"unit", Blob(unit)}, {"path", place.path}, {"n", place.n}});
  }
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT t.task_id, t.name, t.origin, t.step, u.name AS item, t.text, t.span_text
      FROM tasks t JOIN units u USING (unit_id) WHERE )sql" +
                                                  where + " ORDER BY u.unit_key, t.path, t.n",
                                              params));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, "no task '" + OneLine(id, 100) + "'");
  Json out = rows.front();
  const Json task_id = out["task_id"];
  out.Erase("task_id");
  HONE_ASSIGN(const Rows rubrics, database.Query("SELECT text FROM rubrics WHERE task_id = :id "
                                                 "ORDER BY n",
                                                 With("id", task_id)));
  Json texts = Json::MakeArray();
  for (const Json& rubric : rubrics) texts.Append(rubric["text"]);
  out.Set("rubrics", std::move(texts));
  Json attempts = Json::MakeArray();
  for (const Json& row : rows) {
    HONE_ASSIGN(const Rows found, database.Query(R"sql(
        SELECT u.replicate, lower(hex(u.unit_key)) AS unit, at.purpose, at.step, at.graded,
               at.solved, at.n_pass, at.n_rubrics, at.ungraded_reason,
               lower(hex(c.key)) AS answer_call, lower(hex(j.key)) AS judge_call
        FROM attempts at JOIN units u USING (unit_id)
        LEFT JOIN calls c ON c.call_id = at.call_id
        LEFT JOIN calls j ON j.call_id = at.judge_call_id
        WHERE at.task_id = :id ORDER BY u.unit_key, at.path, at.n)sql",
                                                 With("id", row["task_id"])));
    for (const Json& attempt : found) attempts.Append(attempt);
  }
  out.Set("attempts", std::move(attempts));
  return out;
}

}  // namespace

const std::vector<std::string>& ShowKinds() {
  static const std::vector<std::string> kinds = {"experiment", "arm",  "run",   "unit", "call",
                                                 "answer",     "text", "skill", "task"};
  return kinds;
}

Result<Json> MessagesJson(const ChatRequest& request) {
  Json out = Json::MakeArray();
  for (const ChatMessage& message : request.messages) {
    std::string text;
    for (const Part& part : message.content) text += *part.text;
    Json entry = Json::MakeObject({{"role", message.role}, {"content", std::move(text)}});
    if (!message.images.empty()) {
      Json images = Json::MakeArray();
      for (const ChatImage& image : message.images) {
        images.Append(Json::MakeObject({{"at", image.at},
                                        {"media_type", image.media_type},
                                        {"text", image.base64.hash.Hex()}}));
      }
      entry.Set("images", std::move(images));
    }
    for (const auto& [key, value] : message.extra.members()) entry.Set(key, value);
    out.Append(std::move(entry));
  }
  return out;
}

namespace {

Json EmbedJson(const EmbedRequest& request) {
  Json texts = Json::MakeArray();
  for (const Part& text : request.texts) texts.Append(Json(*text.text));
  Json out = Json::MakeObject({{"texts", std::move(texts)}});
  if (request.dimensions > 0) out.Set("dimensions", Json(request.dimensions));
  return out;
}

}  // namespace

Result<Json> CallJson(ReadDatabase& database, const std::string& key) {
  HONE_ASSIGN(const StoredCall call, LoadStoredCall(database, key));
  const Json& row = call.row;
  Json out = Json::MakeObject({{"call", call.key},
                               {"model", row["model"]},
                               {"status", row["status"]},
                               {"replicate", row["replicate"]},
                               {"item", row["item"]},
                               {"draw", row["draw"]},
                               {"epoch", row["epoch"]},
                               {"seed", row["seed"]}});
  HONE_ASSIGN(Json messages, MessagesJson(call.request));
  Json request =
      call.embed ? EmbedJson(*call.embed) : Json::MakeObject({{"messages", std::move(messages)}});
  if (!call.request.tools.is_null()) request.Set("tools", call.request.tools);
  if (!call.request.format.is_null()) request.Set("format", call.request.format);
  if (!call.request.sampling.is_null()) request.Set("sampling", call.request.sampling);
  out.Set("request", std::move(request));
  out.Set("answer", row["answer"]);
  if (row["answer_tool_calls"].is_string()) {
    out.Set("tool_calls", Parsed(row["answer_tool_calls"].AsString()));
  }
  for (const char* name : {"finish_reason", "response_model", "provider_request_id", "input_tokens",
                           "cached_tokens", "output_tokens", "reasoning_tokens", "tokens_source"}) {
    out.Set(name, row[name]);
  }
  if (row["status"].AsString() == "answered") out.Set("cost", Money(row["cost_pico_usd"]));
  const Json params = With("id", row["call_id"]);
  HONE_ASSIGN(const Rows sends, database.Query(R"sql(
      SELECT n, address, outcome, http_status, maybe_billed, request_bytes, response_bytes,
             ended_at_ms - started_at_ms AS took_ms, error
      FROM sends WHERE call_id = :id ORDER BY file_uid, n)sql",
                                               params));
  out.Set("sends", List(sends));
  HONE_ASSIGN(const Rows uses, database.Query(R"sql(
      SELECT u.kind, u.name AS item, u.replicate, us.path, us.ordinal, us.role, us.step,
             lower(hex(u.unit_key)) AS unit
      FROM uses us JOIN units u USING (unit_id) WHERE us.call_id = :id
      ORDER BY u.unit_key, us.path, us.ordinal)sql",
                                              params));
  out.Set("uses", List(uses));
  return out;
}

Result<Json> ShowThing(ReadDatabase& database, const std::string& kind, const std::string& id) {
  if (kind == "experiment") return ShowExperiment(database, id);
  if (id.empty()) return Invalid("hone show " + OneLine(kind, 40) + ": which one? give its id");
  if (kind == "arm") return ShowArm(database, id);
  if (kind == "run") return ShowRun(database, id);
  if (kind == "unit") return ShowUnit(database, id);
  if (kind == "call") return CallJson(database, id);
  if (kind == "answer") return ShowAnswer(database, id);
  if (kind == "text") return ShowText(database, id);
  if (kind == "skill") return ShowSkill(database, id);
  if (kind == "task") return ShowTask(database, id);
  return Invalid("nothing of kind '" + OneLine(kind, 40) + "' to show" +
                 NameHint(kind, ShowKinds()));
}

}  // namespace hone
