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
// tests are those of stats/intervals.h and stats/paired_test.h. Replicates of an arm that came out
// identical (same answers, same verdicts) are one for interval and test, and are counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/units.h"
#include "report/report_data.h"
#include "stats/paired_test.h"
#include "stats/summary.h"

namespace hone {

struct TableRate {
  int64_t hits = 0, n = 0;
  std::optional<Interval> interval;

  [[nodiscard]] bool defined() const { return n > 0; }
  [[nodiscard]] double value() const {
    return n > 0 ? static_cast<double>(hits) / static_cast<double>(n) : 0;
  }
};

// Over the tasks that both arms attempted in the same replicate and that are graded in both.
struct PairedDifference {
  std::string baseline;
  int64_t pairs = 0, clusters = 0, replicates = 0;
  double value = 0;
  std::optional<Interval> interval;
  std::optional<double> p;       // sign-flip test on cluster means; absent: too few clusters
  std::optional<double> p_holm;  // corrected for the differences of this table
};

struct ArmRow {
  std::string name, recipe;
  int64_t tasks_min = 0, tasks_max = 0;  // headline tasks, over the replicates
  int64_t clusters = 0;
  int64_t replicates = 0;            // with attempts
  int64_t identical_replicates = 0;  // of these, copies of an earlier one: they don't raise n
  int64_t ungraded = 0;
  TableRate solved;      // of the graded attempts
  TableRate solved_all;  // ungraded attempts count as not solved
  TableRate rubrics;     // passed, of the rubrics of graded attempts
  bool is_baseline = false;
  std::optional<PairedDifference> difference;
  int64_t cells_planned = 0, cells_missing = 0;
  int64_t calls_alone = 0, calls_exclusive = 0, calls_shared = 0;
  PicoUsd cost_alone;
  int64_t calls_without_price = 0;
};

struct CategoryRow {
  std::string category, arm;
  int64_t attempts = 0;
  TableRate solved;
  bool is_baseline = false;
  std::optional<PairedDifference> difference;  // without p: only the headline is tested
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

struct TableOptions {
  int resamples = 2000;
  std::string seed = "hone table";  // of the resampling
  std::string by;  // "category" adds that block; "" follows the experiment's evaluate.by
};

struct ResultTable {
  ExperimentRef experiment;
  std::vector<std::string> replicates;
  std::vector<ArmRow> rows;  // in file order
  std::vector<CategoryRow> categories;
  std::vector<ApartRow> touched, exposed;  // empty: nothing is apart
  int64_t touched_tasks = 0,
          checked_tasks = 0;  // distinct (replicate, item, task), exposed left out
  std::vector<MissingRow> missing;
  int64_t cells_planned = 0;
  std::vector<ModelUse> models;
  std::vector<std::string> footer;  // lines of prose, raw: a renderer escapes them
  int resamples = 0;
  std::string seed;
};

ResultTable ComputeResultTable(const ReportData& data, const TableOptions& options);

// Loads and computes: what `hone table [NAME]` and the end of `hone run` call.
Result<ResultTable> MakeResultTable(ReadDatabase& database, const std::string& experiment,
                                    const TableOptions& options);

// Words that every renderer uses.
std::string PercentText(double share);        // "41.7%"
std::string RateText(const TableRate& rate);  // "41.7 [30.1, 53.2]" in percent, "-" without n
std::string DifferenceText(const PairedDifference& difference);  // "+12.5 [+3.1, +21.0]"
std::string MarkText(
    const PairedDifference& difference);        // "p=0.012 *", "too few clusters to test"
std::string TasksText(const ArmRow& row);       // "24" or "22-24"
std::string ReplicatesText(const ArmRow& row);  // "3", "3 (2 distinct)", "1 (items only)"
std::string CostText(PicoUsd cost, int64_t calls_without_price);

}  // namespace hone
