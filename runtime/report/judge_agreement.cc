#include "report/judge_agreement.h"

namespace hone {

std::optional<double> JudgeAgreement::kappa() const {
  const auto total = static_cast<double>(n());
  if (total == 0) return std::nullopt;
  const double yes_first = static_cast<double>(both_yes + only_first) / total;
  const double yes_second = static_cast<double>(both_yes + only_second) / total;
  const double expected = yes_first * yes_second + (1 - yes_first) * (1 - yes_second);
  if (expected >= 1) return std::nullopt;
  return (agreement() - expected) / (1 - expected);
}

Result<std::vector<JudgeAgreement>> AgreementsOf(ReadDatabase& database, int64_t experiment_id) {
  // A judge's word on (answer, rubric): the model of the judging call, or the person. Where a judge
  // has judged an answer more than once the first call counts.
  constexpr std::string_view kSql = R"sql(
      WITH answers AS (
        SELECT DISTINCT call_id FROM report_attempts
        WHERE experiment_id = :id AND call_id IS NOT NULL
      ),
      judged AS (
        SELECT at.call_id, j.model AS judge, min(at.attempt_id) AS attempt_id
        FROM answers JOIN attempts at ON at.call_id = answers.call_id
        JOIN calls j ON j.call_id = at.judge_call_id
        WHERE at.graded = 1 AND at.purpose IN ('report', 'select')
        GROUP BY at.call_id, j.model
      ),
      words AS (
        SELECT judged.call_id, judged.judge, v.n AS rubric, v.status = 'yes' AS yes
        FROM judged JOIN verdicts v ON v.attempt_id = judged.attempt_id
        UNION ALL
        SELECT judged.call_id, judged.judge, 0, at.solved
        FROM judged JOIN attempts at ON at.attempt_id = judged.attempt_id
        UNION ALL
        SELECT c.call_id, 'labeller ' || l.labeller, l.rubric, l.status = 'yes'
        FROM labels l JOIN calls c ON c.key = l.answer_key
        WHERE c.call_id IN (SELECT call_id FROM answers)
      ),
      several AS (
        SELECT call_id FROM words GROUP BY call_id HAVING count(DISTINCT judge) > 1
      )
      SELECT a.judge AS first, b.judge AS second, a.rubric = 0 AS of_answers,
             sum(a.yes AND b.yes) AS both_yes, sum(a.yes AND NOT b.yes) AS only_first,
             sum(b.yes AND NOT a.yes) AS only_second, sum(NOT a.yes AND NOT b.yes) AS both_no
      FROM several
      JOIN words a ON a.call_id = several.call_id
      JOIN words b ON b.call_id = a.call_id AND b.rubric = a.rubric AND b.judge > a.judge
      GROUP BY first, second, of_answers ORDER BY first, second, of_answers)sql";
  HONE_ASSIGN(const std::vector<Json> rows,
              database.Query(kSql, Json::MakeObject({{"id", experiment_id}})));
  std::vector<JudgeAgreement> out;
  for (const Json& row : rows) {
    JudgeAgreement one;
    one.first = row["first"].AsString();
    one.second = row["second"].AsString();
    one.of_answers = row["of_answers"].AsInt() != 0;
    one.both_yes = row["both_yes"].AsInt();
    one.only_first = row["only_first"].AsInt();
    one.only_second = row["only_second"].AsInt();
    one.both_no = row["both_no"].AsInt();
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace hone
