#include "report/case_pages.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "report/render_html.h"

namespace hone {
namespace {

constexpr std::size_t kMostAnswerBytes = 12'000;

constexpr const char* kFlips = R"sql(WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
),
touched AS (
  SELECT DISTINCT replicate, item, task FROM report_attempts
  WHERE experiment_id = (SELECT experiment_id FROM current) AND overlap IS NOT NULL
),
headline AS (
  SELECT v.* FROM report_attempts v
  WHERE v.experiment_id = (SELECT experiment_id FROM current) AND v.separation <> 'none' AND v.graded
    AND NOT EXISTS (SELECT 1 FROM touched t
                    WHERE t.replicate = v.replicate AND t.item = v.item AND t.task = v.task)
),
flips AS (
  SELECT x.category, x.arm, b.arm AS baseline, x.item, x.task, x.replicate, x.solved,
         round(1.0 * x.n_pass / x.n_rubrics - 1.0 * b.n_pass / b.n_rubrics, 6) AS change,
         x.attempt_id AS arm_attempt, b.attempt_id AS baseline_attempt, a.position
  FROM arms a
  JOIN headline x ON x.arm_id = a.arm_id
  JOIN headline b ON b.arm = a.baseline AND b.replicate = x.replicate AND b.item = x.item AND b.task = x.task
  WHERE a.experiment_id = (SELECT experiment_id FROM current) AND x.solved <> b.solved
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY category, arm, solved
                               ORDER BY abs(change) DESC, item, task, replicate) AS place FROM flips
)
SELECT category, arm, baseline, item, task, replicate, change, arm_attempt, baseline_attempt
FROM ranked WHERE place <= :most ORDER BY category, position, change DESC, item, task, replicate)sql";

constexpr const char* kSide = R"sql(
SELECT a.solved, a.graded, a.n_pass, hone_text(a.answer_text_id) AS answer, t.text AS task_text,
       coalesce(lower(hex(c.key)), '') AS call
FROM attempts a JOIN tasks t USING (task_id) LEFT JOIN calls c ON c.call_id = a.call_id
WHERE a.attempt_id = :attempt)sql";

constexpr const char* kVerdicts = R"sql(
SELECT r.text AS rubric, coalesce(v.status, '') AS status, coalesce(v.reason, '') AS reason
FROM attempts a JOIN rubrics r USING (task_id)
LEFT JOIN verdicts v ON v.attempt_id = a.attempt_id AND v.n = r.n
WHERE a.attempt_id = :attempt ORDER BY r.n)sql";

Result<CaseSide> LoadSide(ReadDatabase& database, const std::string& arm, const Json& attempt,
                          Case* out) {
  const Json params = Json::MakeObject({{"attempt", attempt}});
  HONE_ASSIGN(const std::vector<Json> rows, database.Query(kSide, params));
  CaseSide side;
  side.arm = arm;
  if (rows.empty()) return side;
  side.answer = rows[0]["answer"].AsString();
  side.call = rows[0]["call"].AsString();
  side.solved = rows[0]["solved"].AsInt() != 0;
  side.graded = rows[0]["graded"].AsInt() != 0;
  side.n_pass = rows[0]["n_pass"].AsInt();
  out->text = rows[0]["task_text"].AsString();
  HONE_ASSIGN(const std::vector<Json> verdicts, database.Query(kVerdicts, params));
  out->rubrics.clear();
  for (const Json& verdict : verdicts) {
    out->rubrics.push_back(verdict["rubric"].AsString());
    side.verdicts.emplace_back(verdict["status"].AsString(), verdict["reason"].AsString());
  }
  return side;
}

std::string Clipped(const std::string& text, const std::string& call) {
  if (text.size() <= kMostAnswerBytes) return EscapeHtml(text);
  return EscapeHtml(Utf8Prefix(text, kMostAnswerBytes)) +
         "\n<em>cut: " + std::to_string(text.size()) + " bytes in all; hone show answer " +
         EscapeHtml(call) + "</em>";
}

std::string Mark(const std::string& status) {
  if (status == "yes") return "<td class=\"yes\">passes</td>";
  if (status == "no") return "<td class=\"no\">fails</td>";
  return "<td class=\"quiet\">ungraded</td>";
}

}  // namespace

Result<std::vector<Case>> LoadCases(ReadDatabase& database, const ResultTable& table, int most,
                                    std::string* query) {
  *query = ReplaceAll(kFlips, ":most", std::to_string(most));
  HONE_ASSIGN(
      const std::vector<Json> rows,
      database.Query(*query, Json::MakeObject({{"experiment", Json(table.experiment.name)}})));
  std::vector<Case> cases;
  for (const Json& row : rows) {
    Case one;
    one.category = row["category"].AsString();
    one.item = row["item"].AsString();
    one.task = row["task"].AsString();
    one.replicate = row["replicate"].AsString();
    one.change = row["change"].AsDouble();
    HONE_ASSIGN(one.baseline,
                LoadSide(database, row["baseline"].AsString(), row["baseline_attempt"], &one));
    HONE_ASSIGN(one.arm, LoadSide(database, row["arm"].AsString(), row["arm_attempt"], &one));
    cases.push_back(std::move(one));
  }
  return cases;
}

std::string RenderCases(const std::vector<Case>& cases) {
  std::string out;
  std::string category = "\n";
  for (const Case& one : cases) {
    if (one.category != category) {
      out += "<h3>" + EscapeHtml(one.category.empty() ? "all tasks" : one.category) + "</h3>\n";
    }
    category = one.category;
    const char* way = one.arm.solved ? "up" : "down";
    out += "<details class=\"case\"><summary><span class=\"flip " + std::string(way) + "\">" +
           (one.arm.solved ? "gained" : "lost") + "</span> " + EscapeHtml(one.arm.arm) + ", " +
           EscapeHtml(one.item) + " / " + EscapeHtml(one.task) + ", seed " +
           EscapeHtml(one.replicate) + ": " + std::to_string(one.baseline.n_pass) + " to " +
           std::to_string(one.arm.n_pass) + " of " + std::to_string(one.rubrics.size()) +
           " rubrics</summary>\n<p class=\"task\">" + EscapeHtml(one.text) + "</p>\n";
    out += "<table class=\"verdicts\"><thead><tr><th>rubric</th><th>" +
           EscapeHtml(one.baseline.arm) + "</th><th>" + EscapeHtml(one.arm.arm) +
           "</th></tr></thead><tbody>\n";
    for (std::size_t i = 0; i < one.rubrics.size(); ++i) {
      const auto status = [i](const CaseSide& side) {
        return i < side.verdicts.size() ? side.verdicts[i].first : std::string();
      };
      out += "<tr><td>" + EscapeHtml(one.rubrics[i]) + "</td>" + Mark(status(one.baseline)) +
             Mark(status(one.arm)) + "</tr>\n";
    }
    out += "</tbody></table>\n<div class=\"sides\">";
    for (const CaseSide* side : {&one.baseline, &one.arm}) {
      out += "<section><h4>" + EscapeHtml(side->arm) + "</h4><pre>" +
             Clipped(side->answer, side->call) + "</pre></section>";
    }
    out += "</div></details>\n";
  }
  return out.empty() ? "<p>No task flipped between an arm and its baseline.</p>\n" : out;
}

Result<std::string> RenderTasks(ReadDatabase& database, const ResultTable& table,
                                int64_t most_items) {
  const Json experiment(table.experiment.experiment_id);
  HONE_ASSIGN(const std::vector<Json> counted,
              database.Query("SELECT count(DISTINCT ru.position) AS items FROM arms a "
                             "JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id) "
                             "WHERE a.experiment_id = :id",
                             Json::MakeObject({{"id", experiment}})));
  const int64_t all_items = counted.at(0)["items"].AsInt();
  HONE_ASSIGN(const std::vector<Json> rows,
              database.Query(
                  "SELECT item, task, arm, count(*) AS attempts, sum(solved) AS solved, "
                  "sum(n_pass) AS n_pass, sum(n_rubrics) AS n_rubrics, min(item_position) "
                  "AS place FROM report_attempts WHERE experiment_id = :id "
                  "AND item_position < :most GROUP BY item, task, arm ORDER BY place, item, task",
                  Json::MakeObject({{"id", experiment}, {"most", Json(most_items)}})));
  std::vector<std::string> items;
  std::map<std::string, std::map<std::string, std::map<std::string, Json>>> found;
  for (const Json& row : rows) {
    const std::string item = row["item"].AsString();
    if (items.empty() || items.back() != item) items.push_back(item);
    found[item][row["task"].AsString()][row["arm"].AsString()] = row;
  }
  std::string out;
  if (all_items > most_items) {
    out += "<p>The first " + std::to_string(most_items) + " of " + std::to_string(all_items) +
           " items; hone trace shows any other.</p>\n";
  }
  for (const std::string& item : items) {
    out += "<details><summary>" + EscapeHtml(item) + " (" + std::to_string(found[item].size()) +
           " tasks)</summary><div class=\"hone-scroll\"><table>"
           "<thead><tr><th>task</th>";
    for (const ArmRow& arm : table.rows) out += "<th>" + EscapeHtml(arm.name) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (const auto& [task, arms] : found[item]) {
      out += "<tr><td>" + EscapeHtml(task) + "</td>";
      for (const ArmRow& arm : table.rows) {
        const auto cell = arms.find(arm.name);
        if (cell == arms.end()) {
          out += "<td class=\"quiet\">-</td>";
          continue;
        }
        const int64_t solved = cell->second["solved"].AsInt();
        const int64_t attempts = cell->second["attempts"].AsInt();
        out += std::string("<td class=\"") +
               (solved == attempts ? "yes"
                : solved == 0      ? "no"
                                   : "") +
               "\">" + std::to_string(solved) + " of " + std::to_string(attempts) + ", rubrics " +
               std::to_string(cell->second["n_pass"].AsInt()) + "/" +
               std::to_string(cell->second["n_rubrics"].AsInt()) + "</td>";
      }
      out += "</tr>\n";
    }
    out += "</tbody></table></div></details>\n";
  }
  return out;
}

}  // namespace hone
