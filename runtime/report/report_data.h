// ReportData: what one experiment has on record, read once, before anything is computed from it.
//
// Everything comes from the results database and nothing else: two databases with equal rows give
// equal ReportData, whatever the order in which the rows were written. Plain values, freely
// copyable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/units.h"
#include "report/judge_agreement.h"
#include "store/read_database.h"

namespace hone {

struct ExperimentRef {
  int64_t experiment_id = 0;
  std::string hash;  // 64 hex digits
  std::string name, file, status;
  std::string subset;  // "3 of 500 contexts": what is on record; "" when that is all of the data
};

// The subset of an experiment `e` in SQL. What the last session was limited to (experiments.subset)
// may be less than what earlier ones have put on record.
inline constexpr std::string_view kSubsetSql = R"sql(
    coalesce((SELECT CASE WHEN count(DISTINCT ru.name) < e.data_json ->> 'items'
                          THEN count(DISTINCT ru.name) || ' of ' || (e.data_json ->> 'items') || ' contexts'
                     END
              FROM arms a JOIN runs r USING (arm_id) JOIN run_units ru USING (run_id)
              WHERE a.experiment_id = e.experiment_id), '') AS subset
)sql";

struct ReportArm {
  int64_t arm_id = 0;
  std::string name, recipe, baseline;
  std::string origin;  // declared | sweep | rejudge
  std::string model, slice,
      label;  // its place in the experiment's matrix; label: the arm's own name
  Json config;
  int64_t unsafe_attempts = 0;  // of all its units: the solver could reach the tests
  // Calls with an answer that the arm's runs used. A fresh run of this row only would make `alone`.
  int64_t calls_alone = 0;
  int64_t calls_exclusive = 0;  // used by no other arm
  int64_t calls_shared = 0;  // an arm further up uses them too: ties go to the first in file order
  PicoUsd cost_alone;
  int64_t calls_without_price = 0;
};

// One context of one run.
struct ReportCell {
  int arm = 0;        // index in ReportData::arms
  int replicate = 0;  // index in ReportData::replicates
  int64_t position = 0;
  std::string item, cluster, category, separation;
  int64_t report_tasks = 0;
  std::string missing;  // "" when run and evaluation are finished, else the reason
};

// One attempt at a report task, or at a selection task.
struct ReportAttempt {
  int arm = 0, replicate = 0;
  std::string item, cluster, category, task;
  int cluster_label = 0;  // index in ReportData::clusters
  int task_label = 0;     // of (item, task): the same in every arm and replicate
  std::string overlap;    // of this arm's own run: "", "task", "skill" or "both"
  int64_t answer = 0;     // local id of the answer's text: equal ids are equal texts; 0: none
  std::string ungraded_reason;
  bool graded = false, solved = false;
  bool touched = false;  // some arm's run of this replicate has an overlap on this task
  bool exposed = false;  // the task could not be cut out of its context
  int64_t n_pass = 0, n_rubrics = 0;
  std::optional<double> score;  // 0 to 1, beside solved or not
  std::string failure_class;
  bool infrastructure = false;           // the world failed, not the solver: never graded
  bool offered = false, loaded = false;  // an injected skill: met at all; loaded by the solver
};

// A number that the evaluator recorded on one context of one run.
struct ReportMetric {
  int arm = 0, replicate = 0;
  std::string item, cluster, name;
  double value = 0;
};

// Which models worked for the experiment, and as what.
struct ModelUse {
  std::string role, model, response_model;
  int64_t calls = 0;
};

// The last thing a search decided about an arm.
struct ReportDecision {
  int arm = 0;
  int64_t rung = 0;
  std::string action, reason;  // action: keep, drop, prune, win
};

// A declared fallback that answered for another model.
struct FallbackUse {
  std::string asked, answered;
  int64_t calls = 0;
};

struct ReportData {
  ExperimentRef experiment;
  Json config;                                  // the experiment's values
  std::string reference;                        // text of table.reference's file; "" for none
  std::vector<ReportArm> arms;                  // in file order
  std::vector<std::string> replicates;          // in the order of `seeds`
  std::vector<ReportCell> cells;                // by arm, replicate, position
  std::vector<ReportAttempt> attempts;          // by arm, replicate, position, task
  std::vector<ReportAttempt> selects;           // the same of the selection split
  std::vector<ReportMetric> metrics;            // as recorded; loaded for tables only
  std::vector<std::string> clusters;            // names by label, sorted
  std::vector<ReportDecision> decisions;        // at most one an arm
  std::vector<ModelUse> models;                 // by role, model, response model
  std::vector<std::string> self_judged_models;  // answered report tasks and judged them too
  std::vector<FallbackUse> fallbacks;
  std::vector<JudgeAgreement> agreements;           // loaded on request only
  int64_t calls_answered = 0, calls_estimated = 0;  // of these, tokens are an estimate

  // The arm that `arm` is compared with: the one named, of the same place in the matrix when it is
  // named by its label. -1: none.
  [[nodiscard]] int BaselineOf(int arm) const;
  [[nodiscard]] const ReportDecision* DecisionOf(int arm) const;
  // Left out by a search before it was evaluated on the report split.
  [[nodiscard]] bool IsDropped(int arm) const;
};

// Natural order of replicates: "9" before "10".
bool IsBeforeReplicate(const std::string& a, const std::string& b);

// `name` is "" for the experiment started last, a name (the one of that name started last), or at
// least four hex digits of its hash. kNotFound names the nearest; kInvalidArgument for an ambiguous
// prefix.
Result<ExperimentRef> FindExperiment(ReadDatabase& database, const std::string& name);

Result<ReportData> LoadReportData(ReadDatabase& database, const ExperimentRef& experiment);

}  // namespace hone
