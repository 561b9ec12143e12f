// ResultTable: what a table of an experiment says, as numbers; the renderers only write it down.
//
// One row per arm, over the *headline* tasks: report tasks that no arm's run of the replicate has
// touched (the task's span or rubrics occur in a self-play task or in a skill) and whose context is
// not exposed. Touched and exposed tasks stand in blocks of their own.
//
// Order-free: retries, time and what an answer happened to cost first are no part of it, so equal
// rows in the database give an equal table, byte for byte, however the run went.
//
// Rates are shares (0.25), differences are arm minus baseline (0.125 = 12.5 points). Intervals and
// tests are those of stats/intervals.h and stats/paired_test.h; the overlap of two intervals is
// never used as a test. Replicates of an arm that came out identical are one for interval and test,
// and are counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/units.h"
#include "report/attempt_set.h"
#include "report/judge_agreement.h"
#include "report/paired_difference.h"
#include "report/report_data.h"
#include "report/table_layout.h"

namespace hone {

// A number of the experiment's reference, beside a measured one.
struct PublishedValue {
  double percent = 0;
  std::optional<double> difference;  // measured minus published, in points; only when comparable
};

struct CategoryRate {
  std::string category;
  int64_t attempts = 0;
  TableRate solved;
  std::optional<PublishedValue> published;
};

// Mean of what the evaluator recorded, over contexts and replicates, in its own unit.
struct MetricMean {
  std::string name;
  int64_t n = 0;  // contexts of all replicates
  double mean = 0;
  std::optional<Interval> interval;
  std::optional<PublishedValue> published;  // "percent": the published number itself
};

// Mean of the scores that graded attempts were given, a share.
struct ScoreMean {
  int64_t n = 0;
  double mean = 0;
  std::optional<Interval> interval;
};

// Where the variation of solved (1 or 0) lies; sums to 1.
struct VarianceShares {
  double clusters = 0, items = 0, replicates = 0, rest = 0;
};

struct ArmRow {
  std::string name, recipe;
  std::string group, label;              // where and as what it is shown
  int64_t tasks_min = 0, tasks_max = 0;  // headline tasks, over the replicates
  int64_t clusters = 0;
  int64_t replicates = 0;            // with attempts
  int64_t identical_replicates = 0;  // of these, copies of an earlier one: they don't raise n
  int64_t ungraded = 0;              // without those where the world failed
  int64_t infrastructure = 0;        // the world failed, not the solver
  int64_t unsafe = 0;                // attempts of all its units whose solver could reach the tests
  TableRate loaded;  // attempts that loaded an injected skill, of those that met one
  ScoreMean score;
  TableRate solved;      // of the graded attempts
  TableRate solved_all;  // ungraded attempts count as not solved
  TableRate rubrics;     // passed, of the rubrics of graded attempts
  bool is_baseline = false;
  bool is_partial = false;  // a search dropped it: what stands here is what it had until then
  std::optional<PairedDifference> difference;
  std::optional<PublishedValue> published;
  std::vector<CategoryRate> categories;  // with the layout's column "categories"
  std::vector<MetricMean> metrics;       // with the layout's column "metrics"
  TableRate select;                      // on the selection split
  std::string decision;                  // of a search: keep, drop, prune, win; "" without one
  int64_t cells_planned = 0, cells_missing = 0;
  int64_t calls_alone = 0, calls_exclusive = 0, calls_shared = 0;
  PicoUsd cost_alone;
  int64_t calls_without_price = 0;
  std::optional<VarianceShares> variance;  // with extras
};

struct CategoryRow {
  std::string category, arm;
  std::string group, label;
  int64_t attempts = 0;
  TableRate solved;
  bool is_baseline = false;
  std::optional<PairedDifference> difference;  // without p: only the headline is tested
  std::optional<PublishedValue> published;
};

// Attempts outside the headline, by arm.
struct ApartRow {
  std::string arm;
  int64_t attempts = 0, ungraded = 0;
  TableRate solved;
  // Touched block only: how many of them this arm's own runs overlap with, and where.
  int64_t own_in_task = 0, own_in_skill = 0, own_in_both = 0;
};

struct MissingRow {
  std::string arm, replicate, item, reason;
};

// Headline attempts that are ungraded, by arm and reason; of those where the world failed, by what
// failed.
struct UngradedRow {
  std::string arm, reason;
  int64_t attempts = 0;
};

// An arm in a search: chosen on the selection split, with what the report split says beside it.
struct SearchRow {
  std::string arm, decision, reason;
  int64_t rung = 0;
  TableRate select, report;
};

struct ResultTable {
  ExperimentRef experiment;
  TableLayout layout;
  std::vector<std::string> replicates;
  std::vector<ArmRow> rows;  // as the layout says: by default all arms in file order
  int64_t arms_not_shown = 0;
  std::vector<std::pair<std::string, std::string>> baselines;  // (arm, its baseline), shown or not
  std::vector<CategoryRow> categories;
  std::vector<ApartRow> touched, exposed;  // empty: nothing is apart
  int64_t touched_tasks = 0,
          checked_tasks = 0;  // distinct (replicate, item, task), exposed left out
  std::vector<UngradedRow> ungraded, infrastructure;
  std::vector<SearchRow> search;  // empty: no search, no selection split
  std::vector<MissingRow> missing;
  int64_t cells_planned = 0;
  std::vector<ModelUse> models;
  std::string reference_file;                 // "" without one
  std::vector<std::string> not_comparable;    // why no difference to the reference is shown
  std::vector<std::string> not_in_reference;  // arms without a row there
  std::vector<JudgeAgreement> agreements;     // with extras
  std::vector<std::string> footer;            // lines of prose, raw: a renderer escapes them
  std::string seed;
  bool extras = false;
};

ResultTable ComputeResultTable(const ReportData& data, const TableOptions& options);

// Loads and computes: what `hone table [NAME]` and the end of `hone run` call.
Result<ResultTable> MakeResultTable(ReadDatabase& database, const std::string& experiment,
                                    const TableOptions& options);

// Words that every renderer uses.
std::string PercentText(double share);            // "41.7%"
std::string FixedText(double value, int digits);  // never "-0.0"
std::string PointsText(double share);             // "+12.5"
std::string RateText(const TableRate& rate);      // "41.7 [30.1, 53.2]" in percent, "-" without n
std::string ScoreText(const ScoreMean& score);    // the same of a mean score
std::string DifferenceText(const PairedDifference& difference);  // "+12.5 [+3.1, +21.0]"
std::string BoundsText(const PairedDifference& difference);      // "+8.3 to +16.7"
std::string MarkText(
    const PairedDifference& difference);                 // "p=0.012 *", "too few clusters to test"
std::string PValueText(const std::optional<double>& p);  // "0.012", "<0.001", "-"
std::string TasksText(const ArmRow& row);                // "24" or "22-24"
std::string ReplicatesText(const ArmRow& row);           // "3", "3 (2 distinct)", "1 (items only)"
std::string CostText(PicoUsd cost, int64_t calls_without_price);
std::string PublishedText(const std::optional<PublishedValue>& published);
std::string MetricText(const MetricMean& mean);  // "81.2 [79.0, 83.4]", "-" without n
std::string PublishedDifferenceText(const std::optional<PublishedValue>& published);

}  // namespace hone
