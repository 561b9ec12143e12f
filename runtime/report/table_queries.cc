#include "report/table_queries.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "engine/table_spec.h"

namespace hone {
namespace {

// Parts that queries are put together from. $E is the experiment, $B the pairs of arm and baseline.
constexpr std::string_view kExperiment =
    "(SELECT experiment_id FROM experiments WHERE hash = x'$H')";

constexpr std::string_view kHeadline = R"sql(h AS (
  SELECT arm_id, arm_position, arm, replicate, item, task, category, graded,
         graded AND solved AS solved, n_pass, n_rubrics, score, infrastructure, attempt_id,
         coalesce(nullif(cluster, ''), item) AS cluster
  FROM headline_attempts WHERE experiment_id = $E
))sql";

// Replicates that came out identical are one: a run's signature is its answers with their figures.
constexpr std::string_view kSignatures = R"sql(signatures AS (
  SELECT arm_id, replicate, group_concat(place, ';') AS signature
  FROM (SELECT arm_id, replicate, item || '/' || task || '=' || coalesce(answer_text_id, 0) || ',' ||
               CASE WHEN graded THEN n_pass ELSE 'u' END AS place
        FROM $V WHERE experiment_id = $E ORDER BY arm_id, replicate, item_position, task)
  GROUP BY arm_id, replicate
))sql";

constexpr std::string_view kDistinct = R"sql(distinct_runs AS (
  SELECT arm_id, replicate
  FROM (SELECT arm_id, replicate,
               row_number() OVER (PARTITION BY arm_id, signature
                                  ORDER BY length(replicate), replicate) AS copy
        FROM signatures WHERE (arm_id, replicate) IN (SELECT arm_id, replicate FROM h))
  WHERE copy = 1
))sql";

constexpr std::string_view kPairs = R"sql(baselines (arm, baseline) AS (VALUES $B),
pairs AS (
  SELECT x.arm_id, x.arm_position, x.arm, b.arm_id AS baseline_id, x.replicate, x.cluster, x.item,
         x.task, x.graded AND b.graded AS graded, x.graded AS arm_graded,
         b.graded AS baseline_graded, x.solved, b.solved AS baseline_solved
  FROM h x JOIN baselines l ON l.arm = x.arm
  JOIN h b ON b.arm = l.baseline AND b.replicate = x.replicate AND b.item = x.item
    AND b.task = x.task
))sql";

constexpr std::string_view kDistinctPairs = R"sql(distinct_pairs AS (
  SELECT arm_id, replicate
  FROM (SELECT p.arm_id, p.replicate,
               row_number() OVER (PARTITION BY p.arm_id, s.signature, t.signature
                                  ORDER BY length(p.replicate), p.replicate) AS copy
        FROM (SELECT DISTINCT arm_id, baseline_id, replicate FROM pairs WHERE graded) p
        JOIN signatures s ON s.arm_id = p.arm_id AND s.replicate = p.replicate
        JOIN signatures t ON t.arm_id = p.baseline_id AND t.replicate = p.replicate)
  WHERE copy = 1
),
tested AS (
  SELECT p.* FROM pairs p JOIN distinct_pairs USING (arm_id, replicate) WHERE p.graded
))sql";

constexpr std::string_view kTests = R"sql(tests AS (
  SELECT arm_position, arm,
         hone_paired_p(replicate, cluster, item || char(10) || task, solved, baseline_solved, $S) AS p,
         hone_paired_p_of_runs(replicate, cluster, item || char(10) || task, solved,
                               baseline_solved, $S) AS p_of_runs
  FROM tested GROUP BY arm_id
))sql";

struct Recipe {
  std::string_view column, title;
  std::vector<std::string_view> parts;
  std::string_view select;
};

const std::vector<Recipe>& Recipes() {
  static const std::vector<Recipe> kRecipes = {
      {"solved",
       "solved of the graded attempts, in percent, with the 95 % interval",
       {kHeadline, kSignatures, kDistinct},
       R"sql(SELECT h.arm, sum(h.solved) AS hits, sum(h.graded) AS n,
       100.0 * sum(h.solved) / nullif(sum(h.graded), 0) AS solved, i.low, i.high
FROM h LEFT JOIN (
  SELECT h.arm_id, 100 * hone_rate_low(h.replicate, h.cluster, h.item || char(10) || h.task, h.solved, 1) AS low,
         100 * hone_rate_high(h.replicate, h.cluster, h.item || char(10) || h.task, h.solved, 1) AS high
  FROM h JOIN distinct_runs USING (arm_id, replicate) WHERE h.graded GROUP BY h.arm_id) i USING (arm_id)
GROUP BY h.arm_id ORDER BY h.arm_position)sql"},
      {"solved_all",
       "solved of all attempts, in percent: ungraded ones count as not solved",
       {kHeadline},
       R"sql(SELECT arm, sum(solved) AS hits, count(*) AS n, 100.0 * sum(solved) / count(*) AS solved_all
FROM h GROUP BY arm_id ORDER BY arm_position)sql"},
      {"rubrics",
       "rubrics passed of those of graded attempts, in percent, with the 95 % interval",
       {kHeadline, kSignatures, kDistinct},
       R"sql(SELECT h.arm, sum(h.n_pass) AS hits, sum(h.n_rubrics) AS n,
       100.0 * sum(h.n_pass) / nullif(sum(h.n_rubrics), 0) AS rubrics, i.low, i.high
FROM h LEFT JOIN (
  SELECT h.arm_id,
         100 * hone_rate_low(h.replicate, h.cluster, h.item || char(10) || h.task, 1.0 * h.n_pass / h.n_rubrics,
                             h.n_rubrics) AS low,
         100 * hone_rate_high(h.replicate, h.cluster, h.item || char(10) || h.task, 1.0 * h.n_pass / h.n_rubrics,
                              h.n_rubrics) AS high
  FROM h JOIN distinct_runs USING (arm_id, replicate)
  WHERE h.graded AND h.n_rubrics > 0 GROUP BY h.arm_id) i USING (arm_id)
WHERE h.graded GROUP BY h.arm_id ORDER BY h.arm_position)sql"},
      {"score",
       "mean of the scores of graded attempts, in percent, with the 95 % interval",
       {kHeadline, kSignatures, kDistinct},
       R"sql(SELECT h.arm, count(h.score) AS n, 100.0 * avg(h.score) AS score, i.low, i.high
FROM h LEFT JOIN (
  SELECT h.arm_id, 100 * hone_rate_low(h.replicate, h.cluster, h.item || char(10) || h.task, h.score, 1) AS low,
         100 * hone_rate_high(h.replicate, h.cluster, h.item || char(10) || h.task, h.score, 1) AS high
  FROM h JOIN distinct_runs USING (arm_id, replicate)
  WHERE h.graded AND h.score IS NOT NULL GROUP BY h.arm_id) i USING (arm_id)
WHERE h.graded GROUP BY h.arm_id ORDER BY h.arm_position)sql"},
      {"difference",
       "difference to the baseline over tasks graded in both, in points, with the 95 % interval",
       {kHeadline, kSignatures, kPairs, kDistinctPairs},
       R"sql(SELECT p.arm, count(*) AS pairs, 100.0 * avg(p.solved - p.baseline_solved) AS difference,
       i.low, i.high
FROM pairs p LEFT JOIN (
  SELECT arm_id,
         100 * hone_difference_low(replicate, cluster, item || char(10) || task, solved, baseline_solved) AS low,
         100 * hone_difference_high(replicate, cluster, item || char(10) || task, solved, baseline_solved) AS high
  FROM tested GROUP BY arm_id) i USING (arm_id)
WHERE p.graded GROUP BY p.arm_id ORDER BY p.arm_position)sql"},
      {"bounds",
       "the difference, were every ungraded attempt decided against the arm, and for it",
       {kHeadline, kPairs},
       R"sql(SELECT arm, sum(NOT graded) AS ungraded_pairs,
       100.0 * avg(solved - (baseline_solved OR NOT baseline_graded)) AS worst,
       100.0 * avg((solved OR NOT arm_graded) - baseline_solved) AS best
FROM pairs GROUP BY arm_id HAVING sum(NOT graded) > 0 ORDER BY arm_position)sql"},
      {"mark",
       "paired test on cluster means, Holm-corrected over the arms of the experiment; over runs",
       {kHeadline, kSignatures, kPairs, kDistinctPairs, kTests},
       R"sql(SELECT arm, p, p_of_runs,
       min(1.0, max((m - k + 1) * p) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING)) AS p_holm
FROM (SELECT *, row_number() OVER (ORDER BY p, arm_position) AS k, count(*) OVER () AS m
      FROM tests WHERE p IS NOT NULL)
ORDER BY arm_position)sql"},
      {"p_bh",
       "Benjamini-Hochberg-adjusted p-values over the arms of the experiment",
       {kHeadline, kSignatures, kPairs, kDistinctPairs, kTests},
       R"sql(SELECT arm, p,
       min(1.0, min(p * m / k) OVER (ORDER BY k DESC ROWS UNBOUNDED PRECEDING)) AS p_bh
FROM (SELECT *, row_number() OVER (ORDER BY p, arm_position) AS k, count(*) OVER () AS m
      FROM tests WHERE p IS NOT NULL)
ORDER BY arm_position)sql"},
      {"mcnemar",
       "tasks that flipped: solved by the arm only, by the baseline only",
       {kHeadline, kSignatures, kPairs, kDistinctPairs},
       R"sql(SELECT arm, sum(solved > baseline_solved) AS up, sum(solved < baseline_solved) AS down
FROM tested GROUP BY arm_id ORDER BY arm_position)sql"},
      {"select",
       "solved of the graded attempts on the selection split, in percent",
       {},
       R"sql(SELECT arm, sum(graded AND solved) AS hits, sum(graded) AS n,
       100.0 * sum(graded AND solved) / nullif(sum(graded), 0) AS "select"
FROM select_attempts WHERE experiment_id = $E GROUP BY arm_id ORDER BY arm_position)sql"},
      {"decision",
       "what a search decided about the arm last",
       {},
       R"sql(SELECT arm, max(rung) AS rung, action AS decision, reason
FROM search_decisions WHERE experiment_id = $E GROUP BY arm ORDER BY arm)sql"},
      {"tasks",
       "report tasks of a replicate, fewest and most",
       {kHeadline},
       R"sql(SELECT arm, min(n) AS fewest, max(n) AS most
FROM (SELECT arm_id, arm_position, arm, count(*) AS n FROM h GROUP BY arm_id, replicate)
GROUP BY arm_id ORDER BY arm_position)sql"},
      {"clusters",
       "source documents with attempts",
       {kHeadline},
       R"sql(SELECT arm, count(DISTINCT cluster) AS clusters FROM h GROUP BY arm_id ORDER BY arm_position)sql"},
      {"replicates",
       "replicates with attempts, and how many of them are not a copy of another",
       {kHeadline, kSignatures, kDistinct},
       R"sql(SELECT h.arm, count(DISTINCT h.replicate) AS replicates, count(DISTINCT d.replicate) AS distinct_replicates
FROM h LEFT JOIN distinct_runs d USING (arm_id, replicate) GROUP BY h.arm_id ORDER BY h.arm_position)sql"},
      {"ungraded",
       "attempts without a usable judgement",
       {kHeadline},
       R"sql(SELECT arm, sum(NOT graded AND NOT infrastructure) AS ungraded FROM h GROUP BY arm_id ORDER BY arm_position)sql"},
      {"infrastructure",
       "attempts where the world failed, not the solver",
       {kHeadline},
       R"sql(SELECT arm, sum(infrastructure) AS infrastructure FROM h GROUP BY arm_id ORDER BY arm_position)sql"},
      {"loaded",
       "attempts that loaded an injected skill, of those that met one",
       {kHeadline},
       R"sql(SELECT arm, sum(m.loaded) AS hits, count(m.loaded) AS n, 100.0 * avg(m.loaded) AS loaded
FROM h LEFT JOIN (SELECT attempt_id, max(event = 'load' AND found) AS loaded FROM skill_uses
                  WHERE injected GROUP BY attempt_id) m USING (attempt_id)
GROUP BY arm_id ORDER BY arm_position)sql"},
      {"calls_alone",
       "calls of the arm by itself; used by no other; used by an arm further up, too",
       {},
       R"sql(SELECT arm, count(*) AS alone, sum(arms = 1) AS exclusive, sum(first < arm_position) AS shared
FROM (SELECT c.*, count(*) OVER (PARTITION BY call_id) AS arms,
             min(arm_position) OVER (PARTITION BY call_id) AS first
      FROM arm_calls c WHERE experiment_id = $E)
GROUP BY arm_id ORDER BY arm_position)sql"},
      {"cost",
       "price of the calls alone, in dollars, and calls of models without a price",
       {},
       R"sql(SELECT arm, coalesce(sum(cost_pico_usd), 0) / 1e12 AS usd, sum(cost_pico_usd IS NULL) AS without_price
FROM arm_calls WHERE experiment_id = $E GROUP BY arm_id ORDER BY arm_position)sql"},
      {"missing",
       "cells that are not finished, of the planned ones",
       {},
       R"sql(SELECT arm, count(*) AS planned, sum(
         (unit_id IS NULL AND evaluate_unit_id IS NULL) OR (unit_id IS NOT NULL AND status <> 'finished')
         OR (report_tasks > 0 AND (evaluation_status IS NOT 'finished' OR report_tasks >
             (SELECT count(DISTINCT t.name) FROM attempts a JOIN tasks t USING (task_id)
              WHERE a.unit_id = cells.evaluate_unit_id AND a.purpose = 'report')))) AS missing
FROM cells WHERE experiment_id = $E GROUP BY arm_id ORDER BY arm_position)sql"},
      {"categories",
       "solved of the graded attempts by category, in percent",
       {kHeadline},
       R"sql(SELECT arm, category, sum(solved) AS hits, sum(graded) AS n,
       100.0 * sum(solved) / nullif(sum(graded), 0) AS solved
FROM h GROUP BY arm_id, category ORDER BY arm_position, category)sql"},
  };
  return kRecipes;
}

// The query that a column's numbers come from.
std::string_view SourceOf(std::string_view column) {
  static const std::map<std::string_view, std::string_view> kSame = {
      {"p", "mark"},
      {"p_holm", "mark"},
      {"wilcoxon", "mcnemar"},
      {"calls_exclusive", "calls_alone"},
      {"calls_shared", "calls_alone"}};
  const auto found = kSame.find(column);
  return found == kSame.end() ? column : found->second;
}

std::string Fill(std::string text, const ResultTable& table, const std::string& view) {
  std::string baselines;
  for (const auto& [arm, baseline] : table.baselines) {
    baselines +=
        (baselines.empty() ? "(" : ", (") + SqlLiteral(arm) + ", " + SqlLiteral(baseline) + ")";
  }
  if (baselines.empty()) baselines = "(NULL, NULL)";
  text = ReplaceAll(std::move(text), "$E", kExperiment);
  text = ReplaceAll(std::move(text), "$H", table.experiment.hash);
  text = ReplaceAll(std::move(text), "$V", view);
  text = ReplaceAll(std::move(text), "$S", SqlLiteral(table.seed));
  return ReplaceAll(std::move(text), "$B", baselines);  // last: names may hold anything
}

std::string Statement(const Recipe& recipe, const ResultTable& table) {
  std::string sql;
  for (const std::string_view part : recipe.parts) {
    sql += (sql.empty() ? "WITH " : ",\n") + std::string(part);
  }
  if (!sql.empty()) sql += "\n";
  return Fill(sql + std::string(recipe.select), table, "report_attempts");
}

std::vector<std::string> ShownColumns(const ResultTable& table) {
  std::vector<std::string> columns = table.layout.columns;
  if (columns.empty()) {
    columns = {"solved",   "solved_all", "rubrics",  "difference",  "mark", "tasks",
               "clusters", "replicates", "ungraded", "calls_alone", "cost"};
    if (!table.ungraded.empty() || !table.infrastructure.empty()) {
      columns.insert(columns.begin() + 4, "bounds");
    }
    const bool scores = std::any_of(table.rows.begin(), table.rows.end(),
                                    [](const ArmRow& row) { return row.score.n > 0; });
    if (scores) columns.insert(columns.begin() + 3, "score");
    if (!table.infrastructure.empty()) columns.emplace_back("infrastructure");
    const bool met = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const ArmRow& row) { return row.loaded.n > 0; });
    if (met) columns.emplace_back("loaded");
    if (!table.search.empty()) columns.insert(columns.end(), {"select", "decision"});
    if (!table.categories.empty()) columns.emplace_back("categories");
    if (table.extras) columns.insert(columns.end(), {"p_bh", "mcnemar"});
    if (!table.missing.empty()) columns.emplace_back("missing");
  }
  return columns;
}

}  // namespace

std::string SqlLiteral(const std::string& text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](const char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F &&
           c != '$';
  });
  if (is_plain) return "'" + ReplaceAll(text, "'", "''") + "'";
  std::string out = "CAST(x'";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out + "' AS TEXT)";
}

std::vector<ColumnQuery> TableQueries(const ResultTable& table, bool all) {
  const std::vector<std::string> columns = ShownColumns(table);
  std::vector<std::string_view> wanted;
  for (const std::string& column : columns) wanted.push_back(SourceOf(column));
  std::vector<ColumnQuery> out;
  for (const Recipe& recipe : Recipes()) {
    if (!all && std::find(wanted.begin(), wanted.end(), recipe.column) == wanted.end()) continue;
    out.push_back(
        {std::string(recipe.column), std::string(recipe.title), Statement(recipe, table)});
  }
  return out;
}

std::string RenderQueries(const std::vector<ColumnQuery>& queries) {
  std::string out;
  for (const ColumnQuery& query : queries) {
    if (!out.empty()) out += "\n";
    out += "-- " + query.column + ": " + query.title + "\n" + query.sql + ";\n";
  }
  return out;
}

}  // namespace hone
