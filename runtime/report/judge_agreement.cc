#include "report/judge_agreement.h"

#include <utility>

#include "stats/agreement.h"

namespace hone {

Result<std::vector<JudgeAgreement>> AgreementsOf(ReadDatabase& database, int64_t experiment_id) {
  // A judge's word on (answer, rubric): the model of the judging call, or the person. Where a judge
  // has judged an answer more than once the first call counts.
  constexpr std::string_view kSql = R"sql(
      WITH answers AS (
        SELECT call_id, min(cluster) AS cluster FROM report_attempts
        WHERE experiment_id = :id AND call_id IS NOT NULL GROUP BY call_id
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
      SELECT a.judge AS first, b.judge AS second, a.rubric = 0 AS of_answers, answers.cluster,
             sum(a.yes AND b.yes) AS both_yes, sum(a.yes AND NOT b.yes) AS only_first,
             sum(b.yes AND NOT a.yes) AS only_second, sum(NOT a.yes AND NOT b.yes) AS both_no
      FROM several JOIN answers ON answers.call_id = several.call_id
      JOIN words a ON a.call_id = several.call_id
      JOIN words b ON b.call_id = a.call_id AND b.rubric = a.rubric AND b.judge > a.judge
      GROUP BY first, second, of_answers, answers.cluster
      ORDER BY first, second, of_answers, answers.cluster)sql";
  HONE_ASSIGN(const std::vector<Json> rows,
              database.Query(kSql, Json::MakeObject({{"id", experiment_id}})));
  std::vector<JudgeAgreement> out;
  std::vector<PairRating> ratings;
  const auto finish = [&] {
    if (out.empty()) return;
    const Agreement kappa = CohenKappa(ratings);
    out.back().kappa = kappa.value;
    out.back().kappa_interval = kappa.interval;
    ratings.clear();
  };
  int cluster = 0;
  for (const Json& row : rows) {
    const bool of_answers = row["of_answers"].AsInt() != 0;
    if (out.empty() || out.back().first != row["first"].AsString() ||
        out.back().second != row["second"].AsString() || out.back().of_answers != of_answers) {
      finish();
      JudgeAgreement next;
      next.first = row["first"].AsString();
      next.second = row["second"].AsString();
      next.of_answers = of_answers;
      out.push_back(std::move(next));
    }
    JudgeAgreement& pair = out.back();
    ++cluster;
    const auto add = [&](const char* column, int a, int b, int64_t* total) {
      const int64_t n = row[column].AsInt();
      *total += n;
      for (int64_t i = 0; i < n; ++i) ratings.push_back({cluster, a, b});
    };
    add("both_yes", 1, 1, &pair.both_yes);
    add("only_first", 1, 0, &pair.only_first);
    add("only_second", 0, 1, &pair.only_second);
    add("both_no", 0, 0, &pair.both_no);
  }
  finish();
  return out;
}

}  // namespace hone
