#include "report/label_sheet.h"

#include "report/report_data.h"

namespace hone {
namespace {

constexpr std::string_view kRows = R"sql(
WITH answers AS (
  SELECT c.key, min(v.attempt_id) AS attempt_id
  FROM report_attempts v JOIN attempts a USING (attempt_id) JOIN calls c ON c.call_id = a.call_id
  WHERE v.experiment_id = :experiment GROUP BY c.key ORDER BY c.key LIMIT :most)
SELECT lower(hex(w.key)) AS answer, r.n AS rubric, r.text, t.text AS task,
       hone_text(a.answer_text_id) AS reply
FROM answers w JOIN attempts a USING (attempt_id) JOIN tasks t USING (task_id)
JOIN rubrics r ON r.task_id = t.task_id
ORDER BY w.key, r.n)sql";

}  // namespace

Result<std::string> LabelSheet(ReadDatabase& database, const std::string& experiment,
                               int64_t most_answers) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, experiment));
  const Json params = Json::MakeObject({{"experiment", Json(found.experiment_id)},
                                        {"most", Json(most_answers > 0 ? most_answers : -1)}});
  HONE_ASSIGN(const std::vector<Json> rows, database.Query(kRows, params));
  std::string out;
  for (Json row : rows) {
    row.Set("status", Json());
    row.Set("note", Json(""));
    out += row.Dump() + "\n";
  }
  return out;
}

}  // namespace hone
