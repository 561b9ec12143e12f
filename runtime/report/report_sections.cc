#include "report/report_sections.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/plots.h"

namespace hone {
namespace {

// The newest experiment of that name, in front of every query.
constexpr const char* kCurrent = R"sql(WITH current AS (
  SELECT experiment_id FROM experiments WHERE name = :experiment
  ORDER BY started_at_ms DESC, experiment_id DESC LIMIT 1
))sql";

constexpr const char* kDifferences = R"sql(,
touched AS (
  SELECT DISTINCT replicate, item, task FROM report_attempts
  WHERE experiment_id = (SELECT experiment_id FROM current) AND overlap IS NOT NULL
),
headline AS (
  SELECT v.* FROM report_attempts v
  WHERE v.experiment_id = (SELECT experiment_id FROM current) AND v.separation <> 'none'
    AND NOT EXISTS (SELECT 1 FROM touched t
                    WHERE t.replicate = v.replicate AND t.item = v.item AND t.task = v.task)
)
SELECT a.name AS arm, a.baseline, count(*) AS pairs,
       round(100.0 * avg(x.solved), 2) AS arm_percent, round(100.0 * avg(b.solved), 2) AS baseline_percent,
       round(100.0 * avg(x.solved - b.solved), 2) AS difference_points,
       sum(x.solved > b.solved) AS flips_up, sum(x.solved < b.solved) AS flips_down
FROM arms a
JOIN headline x ON x.arm_id = a.arm_id
JOIN headline b ON b.arm = a.baseline AND b.replicate = x.replicate AND b.item = x.item AND b.task = x.task
WHERE a.experiment_id = (SELECT experiment_id FROM current) AND x.graded AND b.graded
GROUP BY a.arm_id ORDER BY a.position)sql";

// Loops that set their own tasks by what they solved of them; trainings, which say their steps, by
// the scores that they steer by.
constexpr const char* kCurve = R"sql(
SELECT arm, series, step, n, percent FROM (
  SELECT a.position, a.name AS arm, 'solved' AS series, t.step, count(*) AS n,
         round(100.0 * avg(t.solved), 2) AS percent
  FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
  JOIN attempts t ON t.unit_id = ru.unit_id AND t.purpose = 'loop' AND t.step IS NOT NULL
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
    AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.unit_id = ru.unit_id)
  GROUP BY a.arm_id, t.step
  UNION ALL
  SELECT a.position, a.name, m.name, m.step, count(*), round(100.0 * avg(m.value), 2)
  FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
  JOIN metrics m ON m.unit_id = ru.unit_id AND m.step IS NOT NULL
    AND m.name IN ('current_score', 'best_score')
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
    AND EXISTS (SELECT 1 FROM steps s WHERE s.unit_id = ru.unit_id)
  GROUP BY a.arm_id, m.name, m.step)
ORDER BY position, series, step)sql";

constexpr const char* kGates = R"sql(
SELECT a.name AS arm, iif(g.accepted, 'accepted', 'rejected') AS decision, count(*) AS versions
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN gates g ON g.unit_id = ru.unit_id
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, g.accepted ORDER BY a.position, g.accepted DESC)sql";

constexpr const char* kEdits = R"sql(
SELECT a.name AS arm, iif(e.status = '', e.action, e.status) AS outcome, count(*) AS edits
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN edits e ON e.unit_id = ru.unit_id
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, outcome ORDER BY a.position, outcome)sql";

constexpr const char* kMetrics = R"sql(
SELECT m.name AS metric, a.name AS arm, m.step, count(*) AS n, round(avg(m.value), 4) AS mean
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN metrics m ON m.unit_id = ru.unit_id AND m.step IS NOT NULL
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY m.name, a.arm_id, m.step ORDER BY m.name, a.position, m.step)sql";

constexpr const char* kSelection = R"sql(
SELECT a.name AS arm, s.candidate AS version, count(*) AS items
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN selections s ON s.unit_id = ru.unit_id AND s.candidate IS NOT NULL
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, s.candidate ORDER BY a.position, s.candidate)sql";

constexpr const char* kCost = R"sql(,
used AS (
  SELECT DISTINCT a.arm_id, a.position, a.name AS arm, us.role, us.call_id
  FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
  JOIN uses us ON us.unit_id IN (ru.unit_id, ru.evaluate_unit_id, ru.select_unit_id)
  WHERE a.experiment_id = (SELECT experiment_id FROM current)
)
SELECT u.arm, u.role, count(*) AS calls, sum(c.input_tokens) AS input_tokens,
       sum(c.output_tokens) AS output_tokens, round(sum(c.cost_pico_usd) / 1e12, 6) AS usd
FROM used u JOIN calls c USING (call_id) WHERE c.status = 'answered'
GROUP BY u.arm_id, u.role ORDER BY u.position, u.role)sql";

constexpr const char* kLength = R"sql(
SELECT a.name AS arm, k.side, k.step, count(*) AS skills, round(avg(k.words), 1) AS mean_words
FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
JOIN skills k ON k.unit_id = ru.unit_id AND k.step IS NOT NULL
WHERE a.experiment_id = (SELECT experiment_id FROM current)
GROUP BY a.arm_id, k.side, k.step ORDER BY a.position, k.side, k.step)sql";

constexpr const char* kCategories = R"sql(
SELECT arm, category, count(*) AS graded, round(100.0 * avg(solved), 2) AS solved_percent
FROM headline_attempts
WHERE experiment_id = (SELECT experiment_id FROM current) AND graded = 1 AND category <> ''
GROUP BY arm_position, category ORDER BY category, arm_position)sql";

std::size_t Column(const SqlTable& table, std::string_view name) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  return static_cast<std::size_t>(found - table.columns.begin());
}

// Rows as series: one per distinct `names` (joined), in order of appearance.
std::vector<CurveSeries> Series(const SqlTable& table, const std::vector<std::string_view>& names,
                                std::string_view x, std::string_view y) {
  std::vector<CurveSeries> out;
  const std::size_t x_at = Column(table, x), y_at = Column(table, y);
  for (const auto& row : table.rows) {
    std::vector<std::string> parts;
    for (const std::string_view name : names) parts.push_back(row[Column(table, name)].AsString());
    const std::string label = Join(parts, ", ");
    auto at =
        std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.name == label; });
    if (at == out.end()) at = out.insert(out.end(), CurveSeries{label, {}});
    at->points.emplace_back(row[x_at].AsDouble(), row[y_at].AsDouble());
  }
  // Arms that share their loop share their line: one would hide the other.
  std::vector<CurveSeries> distinct;
  for (CurveSeries& one : out) {
    auto same = std::find_if(distinct.begin(), distinct.end(),
                             [&](const auto& other) { return other.points == one.points; });
    if (same == distinct.end()) {
      distinct.push_back(std::move(one));
    } else {
      same->name += "; " + one.name;
    }
  }
  return distinct;
}

// Distinct values of a column in order of appearance.
std::vector<std::string> Distinct(const SqlTable& table, std::string_view name) {
  std::vector<std::string> out;
  const std::size_t at = Column(table, name);
  for (const auto& row : table.rows) {
    const std::string text = row[at].is_string() ? row[at].AsString() : row[at].Dump();
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
  }
  return out;
}

// `table` as a grid: rows by `row`, one series per `series`, cells `value`.
std::vector<BarSeries> Grid(const SqlTable& table, std::string_view series, std::string_view row,
                            std::string_view value, const std::vector<std::string>& rows) {
  std::vector<BarSeries> out;
  for (const std::string& name : Distinct(table, series)) {
    out.push_back({name, std::vector<double>(rows.size(), 0)});
  }
  const auto text = [&](const std::vector<Json>& cells, std::string_view name) {
    const Json& cell = cells[Column(table, name)];
    return cell.is_string() ? cell.AsString() : cell.Dump();
  };
  for (const auto& cells : table.rows) {
    const auto at = std::find(rows.begin(), rows.end(), text(cells, row)) - rows.begin();
    for (BarSeries& one : out) {
      if (one.name != text(cells, series)) continue;
      one.values[static_cast<std::size_t>(at)] = cells[Column(table, value)].AsDouble();
    }
  }
  return out;
}

std::string Forest(const ResultTable& table, bool alone) {
  std::vector<ForestRow> rows;
  for (const ArmRow& arm : table.rows) {
    ForestRow row;
    row.label = arm.label.empty() ? arm.name : arm.label;
    if (!arm.group.empty()) row.label = arm.group + ": " + row.label;
    if (arm.difference && arm.difference->pairs > 0) {
      row.value = 100 * arm.difference->value;
      if (arm.difference->interval) {
        row.low = 100 * arm.difference->interval->low;
        row.high = 100 * arm.difference->interval->high;
      }
      row.mark = MarkText(*arm.difference);
    } else {
      row.mark = arm.is_baseline ? "baseline" : "not compared";
    }
    rows.push_back(row);
  }
  return ForestPlot(
      {"Paired differences to the baseline",
       "One row per arm: the difference of its solving rate to the baseline over tasks "
       "that both attempted, with its interval.",
       "points, with 95 % intervals", ""},
      rows, alone);
}

std::string MetricFigures(const SqlTable& table, bool alone) {
  std::string out;
  constexpr std::size_t kMostMetrics = 6;
  const std::vector<std::string> metrics = Distinct(table, "metric");
  for (std::size_t i = 0; i < metrics.size() && i < kMostMetrics; ++i) {
    SqlTable part;
    part.columns = table.columns;
    for (const auto& row : table.rows) {
      if (row[0].AsString() == metrics[i]) part.rows.push_back(row);
    }
    out += CurvePlot({"Metric " + metrics[i], "Mean of the metric by step, one line per arm.",
                      "step", "mean of " + metrics[i]},
                     Series(part, {"arm"}, "step", "mean"), alone);
    if (alone) break;
  }
  return out;
}

constexpr std::size_t kMostBars = 120;

// What a section is before its rows are read.
struct Recipe {
  const char* id;
  const char* title;
  const char* text;
  const char* query;
};

constexpr Recipe kRecipes[] = {
    {"forest", "Differences",
     "Each arm against its baseline over the tasks that both attempted and that are graded in "
     "both. "
     "Intervals and marks are computed from the same pairs (see the footer); they are no part of "
     "the "
     "query.",
     kDifferences},
    {"curve", "Learning curve",
     "Of a loop that sets its own tasks the share of them that was solved, by step: the tasks of a "
     "step may be harder or easier than those of another, so this is what the loop saw, not how "
     "good a skill is. Of a training the scores on its selection split that it steers by.",
     kCurve},
    {"gates", "Gates", "Versions of a skill that a gate accepted or rejected.", kGates},
    {"edits", "Edits", "What became of the edits that were made, over all runs.", kEdits},
    {"metrics", "Metrics", "What the recipe recorded by step, as means over items and replicates.",
     kMetrics},
    {"selection", "Selection", "How many items ended with which version of their skill.",
     kSelection},
    {"categories", "Categories",
     "The share of the graded report tasks that were solved, by category of the data. Drawn where "
     "there are not too many bars to read; hone plot categories draws it always.",
     kCategories},
    {"length", "Length of skills", "Mean number of words of a skill, by side and step.", kLength},
    {"cost", "Calls and cost",
     "Distinct calls that an arm used, by role. Calls that several arms share stand in each of "
     "them.",
     kCost},
};

std::string Figure(const std::string& id, const SqlTable& rows, const ResultTable& table,
                   bool alone) {
  if (id == "forest") return Forest(table, alone);
  if (rows.rows.empty()) return "";
  if (id == "curve") {
    return CurvePlot({"Learning curve", "Percent solved or scored, one line per arm and series.",
                      "step", "percent"},
                     Series(rows, {"arm", "series"}, "step", "percent"), alone);
  }
  if (id == "metrics") return MetricFigures(rows, alone);
  if (id == "gates" || id == "edits") {
    const bool gates = id == "gates";
    const std::vector<std::string> arms = Distinct(rows, "arm");
    return StackPlot(
        {gates ? "Decisions of the gates" : "Outcomes of edits",
         "One bar per arm, in parts by what became of them.", gates ? "versions" : "edits", ""},
        arms,
        gates ? Grid(rows, "decision", "arm", "versions", arms)
              : Grid(rows, "outcome", "arm", "edits", arms),
        alone);
  }
  if (id == "selection") {
    const std::vector<std::string> versions = Distinct(rows, "version");
    return BarPlot(
        {"Chosen versions", "Number of items by the version that was chosen.", "version", "items"},
        versions, Grid(rows, "arm", "version", "items", versions), alone);
  }
  if (id == "categories") {
    const std::vector<std::string> categories = Distinct(rows, "category");
    if (!alone && rows.rows.size() > kMostBars) return "";
    return BarPlot({"Solved by category", "Percent of report tasks solved, one bar per arm.",
                    "category", "percent solved"},
                   categories, Grid(rows, "arm", "category", "solved_percent", categories), alone);
  }
  if (id == "length") {
    return CurvePlot({"Words of a skill", "Mean length of the skills, one line per arm and side.",
                      "step", "words"},
                     Series(rows, {"arm", "side"}, "step", "mean_words"), alone);
  }
  const std::vector<std::string> arms = Distinct(rows, "arm");
  const std::size_t usd = Column(rows, "usd");
  const bool is_priced = std::any_of(rows.rows.begin(), rows.rows.end(),
                                     [&](const auto& row) { return row[usd].AsDouble() > 0; });
  return StackPlot({is_priced ? "Cost by role" : "Calls by role",
                    "One bar per arm, in parts by role.", is_priced ? "USD" : "calls", ""},
                   arms, Grid(rows, "role", "arm", is_priced ? "usd" : "calls", arms), alone);
}

}  // namespace

const std::vector<std::string>& PlotNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Recipe& recipe : kRecipes) out.emplace_back(recipe.id);
    return out;
  }();
  return names;
}

Result<ReportSection> MakeSection(ReadDatabase& database, const ResultTable& table,
                                  const std::string& id, bool alone) {
  const auto* const recipe = std::find_if(std::begin(kRecipes), std::end(kRecipes),
                                          [&](const Recipe& one) { return one.id == id; });
  if (recipe == std::end(kRecipes)) {
    return Invalid("there is no plot '" + id + "'" + NameHint(id, PlotNames()));
  }
  ReportSection section;
  section.id = recipe->id;
  section.title = recipe->title;
  section.text = recipe->text;
  section.query = std::string(kCurrent) + recipe->query;
  const Json params = Json::MakeObject({{"experiment", Json(table.experiment.name)}});
  HONE_ASSIGN(section.rows, database.QueryTable(section.query, params));
  section.figure = Figure(id, section.rows, table, alone);
  return section;
}

}  // namespace hone
