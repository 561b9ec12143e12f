#include "report/result_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "report/difference_extras.h"
#include "report/evaluator_metrics.h"
#include "report/table_footer.h"
#include "report/table_reference.h"
#include "stats/intervals.h"
#include "stats/paired_test.h"

namespace hone {
namespace {

class TableMaker {
 public:
  TableMaker(const ReportData& data, const TableOptions& options, ResultTable* table)
      : data_(data),
        options_(options),
        table_(table),
        report_(data, data.attempts),
        select_(data, data.selects) {}

  void AddRows() {
    std::map<int, ArmRow> rows;
    for (std::size_t i = 0; i < data_.arms.size(); ++i) {
      rows[static_cast<int>(i)] = RowOf(static_cast<int>(i));
    }
    // Every difference of the experiment counts for the correction, shown or not.
    std::vector<PairedDifference*> differences;
    for (auto& [arm, row] : rows) {
      if (!row.difference) continue;
      differences.push_back(&*row.difference);
      table_->baselines.emplace_back(row.name, row.difference->baseline);
    }
    CorrectForMultiplicity(differences);
    for (const TableLayout::Row& shown : table_->layout.rows) {
      // A candidate that a search left out before its evaluation stands in the search's own block.
      const bool is_candidate = data_.arms[Index(shown.arm)].origin == "sweep";
      ArmRow row = std::move(rows[shown.arm]);
      if (is_candidate && row.solved_all.n == 0 && !data_.selects.empty()) continue;
      row.group = shown.group;
      row.label = shown.label;
      table_->rows.push_back(std::move(row));
    }
    table_->arms_not_shown = static_cast<int64_t>(data_.arms.size() - table_->rows.size());
  }

  void AddCategories() {
    const std::vector<std::string> names = Categories();
    if (names.size() < 2) return;  // one category is the whole table again
    for (const std::string& category : names) {
      const auto keep = [&](const ReportAttempt& attempt) {
        return InHeadline(attempt) && attempt.category == category;
      };
      for (const TableLayout::Row& shown : table_->layout.rows) {
        const int arm = shown.arm;
        const Attempts attempts = report_.Of(arm, keep);
        CategoryRow row;
        row.category = category;
        row.arm = data_.arms[Index(arm)].name;
        row.group = shown.group;
        row.label = shown.label;
        row.attempts = static_cast<int64_t>(attempts.size());
        row.solved = RateWithInterval(report_, arm, attempts, false);
        const int baseline = data_.BaselineOf(arm);
        row.is_baseline = baseline == arm;
        if (baseline >= 0 && baseline != arm) {
          DifferenceOptions options = Options();
          options.test = false;
          row.difference = CompareArms(data_, report_, arm, baseline, attempts,
                                       report_.Of(baseline, keep), options);
        }
        table_->categories.push_back(std::move(row));
      }
    }
  }

  void AddApart() {
    std::set<std::pair<int, int>> checked;  // (replicate, task)
    std::set<std::pair<int, int>> touched;
    bool any_exposed = false;
    for (const ReportAttempt& attempt : data_.attempts) {
      any_exposed = any_exposed || attempt.exposed;
      if (attempt.exposed) continue;
      checked.emplace(attempt.replicate, attempt.task_label);
      if (attempt.touched) touched.emplace(attempt.replicate, attempt.task_label);
    }
    table_->checked_tasks = static_cast<int64_t>(checked.size());
    table_->touched_tasks = static_cast<int64_t>(touched.size());
    const auto is_touched = [](const ReportAttempt& a) { return a.touched && !a.exposed; };
    const auto is_exposed = [](const ReportAttempt& a) { return a.exposed; };
    for (std::size_t i = 0; i < data_.arms.size(); ++i) {
      const int arm = static_cast<int>(i);
      if (!touched.empty()) {
        table_->touched.push_back(ApartRowOf(arm, report_.Of(arm, is_touched)));
      }
      if (any_exposed) table_->exposed.push_back(ApartRowOf(arm, report_.Of(arm, is_exposed)));
    }
  }

  void AddUngraded() {
    for (std::size_t i = 0; i < data_.arms.size(); ++i) {
      std::map<std::string, int64_t> reasons, failures;
      for (const ReportAttempt* attempt : report_.Of(static_cast<int>(i), InHeadline)) {
        if (attempt->infrastructure) {
          failures[attempt->failure_class] += 1;
        } else if (!attempt->graded) {
          reasons[attempt->ungraded_reason] += 1;
        }
      }
      for (const auto& [reason, n] : reasons) {
        table_->ungraded.push_back({data_.arms[i].name, reason, n});
      }
      for (const auto& [what, n] : failures) {
        table_->infrastructure.push_back({data_.arms[i].name, what, n});
      }
    }
  }

  // Selection and report numbers side by side, where a search or a selection split is.
  void AddSearch() {
    if (data_.selects.empty() && data_.decisions.empty()) return;
    for (std::size_t i = 0; i < data_.arms.size(); ++i) {
      const int arm = static_cast<int>(i);
      const Attempts selects = select_.Of(arm, IsOpen);
      const ReportDecision* decision = data_.DecisionOf(arm);
      if (selects.empty() && decision == nullptr) continue;
      SearchRow row;
      row.arm = data_.arms[i].name;
      row.select = RateWithInterval(select_, arm, selects, false);
      row.report = RateWithInterval(report_, arm, report_.Of(arm, InHeadline), false);
      if (decision != nullptr) {
        row.decision = decision->action;
        row.reason = decision->reason;
        row.rung = decision->rung;
      }
      table_->search.push_back(std::move(row));
    }
  }

 private:
  static std::size_t Index(int arm) { return static_cast<std::size_t>(arm); }
  // Nothing of the selection split is touched or not: recipes may see it.
  static bool IsOpen(const ReportAttempt&) { return true; }

  [[nodiscard]] DifferenceOptions Options() const {
    return {options_.seed, true, options_.extras || WantsExtras()};
  }
  [[nodiscard]] bool WantsExtras() const {
    const TableLayout& layout = table_->layout;
    return layout.Has("p_bh") || layout.Has("mcnemar") || layout.Has("wilcoxon") ||
           layout.Has("mde");
  }

  [[nodiscard]] std::vector<std::string> Categories() const {
    std::set<std::string> names;
    for (const ReportAttempt& attempt : data_.attempts) names.insert(attempt.category);
    return {names.begin(), names.end()};
  }

  // Over graded attempts, copies of a replicate left out of the interval.
  [[nodiscard]] std::optional<Interval> IntervalOf(const AttemptSet& set, int arm,
                                                   const Attempts& attempts,
                                                   bool of_rubrics) const {
    const std::set<int> copies = set.Copies({arm}, ReplicatesOf(attempts));
    std::vector<Observation> observations;
    for (const ReportAttempt* attempt : attempts) {
      if (!attempt->graded || copies.count(attempt->replicate) != 0) continue;
      if (of_rubrics && attempt->n_rubrics == 0) continue;
      observations.push_back(of_rubrics ? set.Rubrics(*attempt) : set.Solved(*attempt));
    }
    return EstimateRate(observations).interval;
  }

  [[nodiscard]] TableRate RateWithInterval(const AttemptSet& set, int arm, const Attempts& attempts,
                                           bool of_rubrics) const {
    TableRate rate;
    if (of_rubrics) {
      for (const ReportAttempt* attempt : attempts) {
        if (!attempt->graded) continue;
        rate.hits += attempt->n_pass;
        rate.n += attempt->n_rubrics;
      }
    } else {
      rate = SolvedRate(attempts, false);
    }
    rate.interval = IntervalOf(set, arm, attempts, of_rubrics);
    return rate;
  }

  [[nodiscard]] ScoreMean ScoreOf(int arm, const Attempts& attempts) const {
    const std::set<int> copies = report_.Copies({arm}, ReplicatesOf(attempts));
    ScoreMean out;
    std::vector<Observation> observations;
    for (const ReportAttempt* attempt : attempts) {
      if (!attempt->graded || !attempt->score) continue;
      out.n += 1;
      out.mean += *attempt->score;
      if (copies.count(attempt->replicate) == 0) observations.push_back(report_.Score(*attempt));
    }
    if (out.n == 0) return out;
    out.mean /= static_cast<double>(out.n);
    out.interval = EstimateRate(observations).interval;
    return out;
  }

  [[nodiscard]] ArmRow RowOf(int arm) const {
    const ReportArm& source = data_.arms[Index(arm)];
    ArmRow row;
    row.name = source.name;
    row.recipe = source.recipe;
    row.calls_alone = source.calls_alone;
    row.calls_exclusive = source.calls_exclusive;
    row.calls_shared = source.calls_shared;
    row.cost_alone = source.cost_alone;
    row.calls_without_price = source.calls_without_price;
    row.is_partial = data_.IsDropped(arm);
    row.unsafe = source.unsafe_attempts;
    if (const ReportDecision* decision = data_.DecisionOf(arm)) row.decision = decision->action;
    for (const ReportCell& cell : data_.cells) {
      if (cell.arm != arm) continue;
      row.cells_planned += 1;
      row.cells_missing += cell.missing.empty() ? 0 : 1;
    }
    const Attempts attempts = report_.Of(arm, InHeadline);
    std::map<int, int64_t> tasks;
    for (const ReportAttempt* attempt : attempts) {
      tasks[attempt->replicate] += 1;
      row.ungraded += attempt->graded || attempt->infrastructure ? 0 : 1;
      row.infrastructure += attempt->infrastructure ? 1 : 0;
      row.loaded.hits += attempt->loaded ? 1 : 0;
      row.loaded.n += attempt->offered ? 1 : 0;
    }
    for (const auto& [replicate, n] : tasks) {
      row.tasks_min = row.tasks_min == 0 ? n : std::min(row.tasks_min, n);
      row.tasks_max = std::max(row.tasks_max, n);
    }
    const std::set<int> replicates = ReplicatesOf(attempts);
    row.clusters = CountClusters(attempts);
    row.replicates = static_cast<int64_t>(replicates.size());
    row.identical_replicates = static_cast<int64_t>(report_.Copies({arm}, replicates).size());
    row.solved = RateWithInterval(report_, arm, attempts, false);
    row.solved_all = SolvedRate(attempts, true);
    row.rubrics = RateWithInterval(report_, arm, attempts, true);
    row.score = ScoreOf(arm, attempts);
    if (!data_.selects.empty()) {
      row.select = RateWithInterval(select_, arm, select_.Of(arm, IsOpen), false);
    }
    const int baseline = data_.BaselineOf(arm);
    row.is_baseline = baseline == arm;
    if (baseline >= 0 && baseline != arm) {
      row.difference = CompareArms(data_, report_, arm, baseline, attempts,
                                   report_.Of(baseline, InHeadline), Options());
    }
    if (table_->layout.Has("metrics")) {
      row.metrics = MetricsOf(data_, arm);
      row.ungraded += UngradedMetrics(data_, arm);
    }
    if (options_.extras) row.variance = VarianceOf(report_, arm, attempts);
    if (table_->layout.Has("categories")) {
      for (const std::string& category : Categories()) {
        const Attempts of_category = report_.Of(arm, [&](const ReportAttempt& attempt) {
          return InHeadline(attempt) && attempt.category == category;
        });
        row.categories.push_back({category,
                                  static_cast<int64_t>(of_category.size()),
                                  RateWithInterval(report_, arm, of_category, false),
                                  {}});
      }
    }
    return row;
  }

  [[nodiscard]] ApartRow ApartRowOf(int arm, const Attempts& attempts) const {
    ApartRow row;
    row.arm = data_.arms[Index(arm)].name;
    row.attempts = static_cast<int64_t>(attempts.size());
    row.solved = SolvedRate(attempts, false);
    row.ungraded = row.attempts - row.solved.n;
    for (const ReportAttempt* attempt : attempts) {
      row.own_in_task += attempt->overlap == "task" ? 1 : 0;
      row.own_in_skill += attempt->overlap == "skill" ? 1 : 0;
      row.own_in_both += attempt->overlap == "both" ? 1 : 0;
    }
    return row;
  }

  const ReportData& data_;
  const TableOptions& options_;
  ResultTable* table_;
  const AttemptSet report_, select_;
};

}  // namespace

ResultTable ComputeResultTable(const ReportData& data, const TableOptions& options) {
  ResultTable table;
  table.experiment = data.experiment;
  table.layout = LayoutOf(data, options);
  table.replicates = data.replicates;
  table.models = data.models;
  table.agreements = data.agreements;
  table.seed = options.seed;
  table.extras = options.extras;
  for (const ReportCell& cell : data.cells) {
    if (data.IsDropped(cell.arm)) continue;  // a search decided so: nothing is missing
    table.cells_planned += 1;
    if (cell.missing.empty()) continue;
    table.missing.push_back({data.arms[static_cast<std::size_t>(cell.arm)].name,
                             data.replicates[static_cast<std::size_t>(cell.replicate)], cell.item,
                             cell.missing});
  }
  TableMaker maker(data, options, &table);
  maker.AddRows();
  if (table.layout.by == "category") maker.AddCategories();
  maker.AddApart();
  maker.AddUngraded();
  maker.AddSearch();
  AddReference(data, &table);
  table.footer = TableFooter(data, table);
  return table;
}

Result<ResultTable> MakeResultTable(ReadDatabase& database, const std::string& experiment,
                                    const TableOptions& options) {
  HONE_TRY(CheckTableOptions(options));
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, experiment));
  HONE_ASSIGN(ReportData data, LoadReportData(database, found));
  HONE_TRY(LoadMetrics(database, &data));
  if (options.extras) {
    HONE_ASSIGN(data.agreements, AgreementsOf(database, found.experiment_id));
  }
  return ComputeResultTable(data, options);
}

}  // namespace hone
