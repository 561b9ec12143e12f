#include "report/skill_story.h"

#include <set>
#include <utility>
#include <vector>

namespace hone {
namespace {

using Rows = std::vector<Json>;
constexpr int kMaxEdits = 20;
constexpr int kMaxFailures = 5;

Json With(const char* name, Json value) { return Json::MakeObject({{name, std::move(value)}}); }
Json Blob(const std::string& hex) { return Json::MakeObject({{"$blob", hex}}); }

Json Parsed(const Json& text) {
  auto json = Json::Parse(text.AsString());
  return json.ok() ? std::move(json).value() : text;
}

// The recorded version with that text: the selected one when it is, else the earliest of the unit,
// else of any unit (an arm may evaluate the skill of another).
Result<Json> FindVersion(ReadDatabase& database, const std::string& unit,
                         const std::string& skill_hash) {
  HONE_ASSIGN(const Rows rows,
              database.Query(R"sql(
      SELECT s.skill_id, s.unit_id, lower(hex(u.unit_key)) AS unit, s.name, s.description, s.step,
             s.words, 'skills:' || s.path || '#' || s.n AS row
      FROM skills s JOIN texts x USING (text_id) JOIN units u USING (unit_id)
      WHERE x.hash = :hash
      ORDER BY u.unit_key <> :unit,
               s.skill_id NOT IN (SELECT coalesce(skill_id, 0) FROM selections
                                  WHERE unit_id = s.unit_id),
               u.unit_key, s.step, s.path, s.n
      LIMIT 1)sql",
                             Json::MakeObject({{"hash", Blob(skill_hash)}, {"unit", Blob(unit)}})));
  return rows.empty() ? Json() : rows.front();
}

Result<Json> Selections(ReadDatabase& database, const Json& unit_id) {
  HONE_ASSIGN(const Rows rows, database.Query(R"sql(
      SELECT sel.rule, sel.candidate, sel.scores_json, s.name, s.step,
             lower(hex(x.hash)) AS skill,
             (SELECT count(*) FROM replays r WHERE r.unit_id = sel.unit_id) AS replays
      FROM selections sel LEFT JOIN skills s USING (skill_id) LEFT JOIN texts x USING (text_id)
      WHERE sel.unit_id = :unit ORDER BY sel.path, sel.n)sql",
                                              With("unit", unit_id)));
  Json out = Json::MakeArray();
  for (const Json& row : rows) {
    Json entry = Json::MakeObject({{"rule", row["rule"]},
                                   {"candidate", row["candidate"]},
                                   {"skill", row["skill"]},
                                   {"made_in_step", row["step"]},
                                   {"replays", row["replays"]}});
    Json scores = Json::MakeArray();
    const Json recorded = Parsed(row["scores_json"]);
    for (const Json& score : recorded.items()) scores.Append(score.Dump());
    entry.Set("scores", std::move(scores));
    out.Append(std::move(entry));
  }
  return out;
}

Result<Json> Failures(ReadDatabase& database, const Json& unit_id, const Json& step) {
  HONE_ASSIGN(const Rows rows,
              database.Query(R"sql(
      SELECT 'tasks:' || t.path || '#' || t.n AS task, t.text, at.attempt_id, at.graded,
             at.ungraded_reason, at.n_pass, at.n_rubrics, lower(hex(c.key)) AS answer_call,
             lower(hex(j.key)) AS judge_call
      FROM attempts at LEFT JOIN tasks t USING (task_id)
      LEFT JOIN calls c ON c.call_id = at.call_id
      LEFT JOIN calls j ON j.call_id = at.judge_call_id
      WHERE at.unit_id = :unit AND at.step = :step AND at.purpose = 'loop' AND at.solved = 0
      ORDER BY at.path, at.n)sql",
                             Json::MakeObject({{"unit", unit_id}, {"step", step}})));
  Json out = Json::MakeArray();
  for (Json row : rows) {
    if (out.size() == kMaxFailures) {
      out.Append("and " + std::to_string(rows.size() - kMaxFailures) + " more");
      break;
    }
    HONE_ASSIGN(const Rows failed, database.Query(R"sql(
        SELECT v.n, ru.text, v.reason FROM verdicts v
        JOIN attempts at USING (attempt_id)
        LEFT JOIN rubrics ru ON ru.task_id = at.task_id AND ru.n = v.n
        WHERE v.attempt_id = :id AND v.status = 'no' ORDER BY v.n)sql",
                                                  With("id", row["attempt_id"])));
    Json entry = Json::MakeObject({{"task", row["task"]}, {"text", row["text"]}});
    if (row["graded"].AsInt() == 0) {
      entry.Set("ungraded", row["ungraded_reason"]);
    } else {
      entry.Set("passed", std::to_string(row["n_pass"].AsInt()) + " of " +
                              std::to_string(row["n_rubrics"].AsInt()) + " rubrics");
    }
    Json rubrics = Json::MakeArray();
    for (const Json& rubric : failed) {
      rubrics.Append(rubric["text"].AsString() + " -- " + rubric["reason"].AsString());
    }
    entry.Set("failed_rubrics", std::move(rubrics));
    entry.Set("answer_call", row["answer_call"]);
    entry.Set("judge_call", row["judge_call"]);
    out.Append(std::move(entry));
  }
  return out;
}

// The edits that led to the version, the last one first; the last one with what it answered to.
Result<Json> Edits(ReadDatabase& database, const Json& unit_id, Json skill_id) {
  Json out = Json::MakeArray();
  std::set<int64_t> seen;
  while (skill_id.is_int() && seen.insert(skill_id.AsInt()).second && out.size() < kMaxEdits) {
    HONE_ASSIGN(const Rows rows,
                database.Query(R"sql(
        SELECT e.step, e.action, e.proposal_json, e.before_skill_id, lower(hex(c.key)) AS call,
               lower(hex(bx.hash)) AS before_hash, lower(hex(ax.hash)) AS after_hash
        FROM edits e LEFT JOIN calls c USING (call_id)
        LEFT JOIN skills b ON b.skill_id = e.before_skill_id
        LEFT JOIN texts bx ON bx.text_id = b.text_id
        LEFT JOIN skills a ON a.skill_id = e.after_skill_id
        LEFT JOIN texts ax ON ax.text_id = a.text_id
        WHERE e.unit_id = :unit AND e.after_skill_id = :skill ORDER BY e.path, e.n LIMIT 1)sql",
                               Json::MakeObject({{"unit", unit_id}, {"skill", skill_id}})));
    if (rows.empty()) break;
    const Json& row = rows.front();
    Json entry = Json::MakeObject({{"step", row["step"]},
                                   {"action", row["action"]},
                                   {"skill_before", row["before_hash"]},
                                   {"skill_after", row["after_hash"]},
                                   {"call", row["call"]}});
    if (out.size() == 0) {
      entry.Set("proposal", Parsed(row["proposal_json"]));
      HONE_ASSIGN(Json failures, Failures(database, unit_id, row["step"]));
      entry.Set("failed_attempts_of_the_step", std::move(failures));
    }
    out.Append(std::move(entry));
    skill_id = row["before_skill_id"];
  }
  return out;
}

}  // namespace

Result<Json> SkillStory(ReadDatabase& database, const std::string& unit,
                        const std::string& skill_hash) {
  if (skill_hash.empty()) return Json();
  HONE_ASSIGN(const Hash hash, Hash::FromHex(skill_hash));
  Json out = With("hash", skill_hash);
  HONE_ASSIGN(const Json version, FindVersion(database, unit, skill_hash));
  if (!version.is_null()) {
    out.Set("name", version["name"]);
    out.Set("description", version["description"]);
    out.Set("made_in_step", version["step"]);
    out.Set("words", version["words"]);
    out.Set("row", version["unit"].AsString().substr(0, 12) + "/" + version["row"].AsString());
  }
  if (const auto text = database.TextOf(hash); text.ok()) out.Set("text", *text->text);
  if (version.is_null()) {
    out.Set("note", "no recorded version has this text");
    return out;
  }
  HONE_ASSIGN(Json selections, Selections(database, version["unit_id"]));
  out.Set("selection", std::move(selections));
  HONE_ASSIGN(Json edits, Edits(database, version["unit_id"], version["skill_id"]));
  out.Set("edits", std::move(edits));
  return out;
}

}  // namespace hone
