#include "report/result_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "report/table_footer.h"
#include "stats/intervals.h"

namespace hone {
namespace {

using Attempts = std::vector<const ReportAttempt*>;

// (replicate, item, task): what pairs an attempt with its counterpart in another arm.
using Place = std::tuple<int, std::string, std::string>;
Place PlaceOf(const ReportAttempt& attempt) {
  return {attempt.replicate, attempt.item, attempt.task};
}

const std::string& ClusterOf(const ReportAttempt& attempt) {
  return attempt.cluster.empty() ? attempt.item : attempt.cluster;
}

template <typename Keep>
Attempts Select(const ReportData& data, int arm, const Keep& keep) {
  Attempts out;
  for (const ReportAttempt& attempt : data.attempts) {
    if (attempt.arm == arm && keep(attempt)) out.push_back(&attempt);
  }
  return out;
}

bool InHeadline(const ReportAttempt& attempt) { return !attempt.touched && !attempt.exposed; }

// What a replicate's attempts came out as; equal texts mean identical replicates. Tasks apart from
// the headline count too: what other arms touched says nothing about these answers.
std::map<int, std::string> Signatures(const ReportData& data, int arm) {
  std::map<int, std::string> out;
  for (const ReportAttempt& attempt : data.attempts) {
    if (attempt.arm != arm) continue;
    std::string& text = out[attempt.replicate];
    for (const std::string* field : {&attempt.item, &attempt.task, &attempt.content}) {
      text += std::to_string(field->size()) + ":" + *field;
    }
    text += attempt.graded ? "g" : "u";
  }
  return out;
}

// Replicates that equal an earlier one in all of the given arms.
std::set<int> Copies(const std::vector<std::map<int, std::string>>& signatures,
                     const std::set<int>& replicates) {
  std::set<int> copies;
  std::set<std::vector<std::string>> seen;
  for (const int replicate : replicates) {
    std::vector<std::string> key;
    for (const auto& of_arm : signatures) {
      const auto found = of_arm.find(replicate);
      key.push_back(found == of_arm.end() ? "" : found->second);
    }
    if (!seen.insert(std::move(key)).second) copies.insert(replicate);
  }
  return copies;
}

TableRate SolvedRate(const Attempts& attempts, bool ungraded_counts) {
  TableRate rate;
  for (const ReportAttempt* attempt : attempts) {
    if (!attempt->graded && !ungraded_counts) continue;
    rate.hits += attempt->solved ? 1 : 0;
    rate.n += 1;
  }
  return rate;
}

// Small integers for clusters and tasks, the same in every arm and in sorted order.
struct Labels {
  explicit Labels(const ReportData& data) {
    for (const ReportAttempt& attempt : data.attempts) {
      clusters[ClusterOf(attempt)] = 0;
      tasks[{attempt.item, attempt.task}] = 0;
    }
    int next = 0;
    for (auto& [name, label] : clusters) label = next++;
    next = 0;
    for (auto& [name, label] : tasks) label = next++;
  }
  [[nodiscard]] Observation Of(const ReportAttempt& attempt) const {
    Observation out;
    out.run = attempt.replicate;
    out.cluster = clusters.at(ClusterOf(attempt));
    out.item = tasks.at({attempt.item, attempt.task});
    out.value = attempt.solved ? 1 : 0;
    return out;
  }
  std::map<std::string, int> clusters;
  std::map<std::pair<std::string, std::string>, int> tasks;
};

BootstrapOptions Bootstrap(const TableOptions& options) {
  BootstrapOptions out;
  out.resamples = options.resamples;
  out.seed = options.seed;
  return out;
}

// The interval of a rate over graded attempts, copies of a replicate left out.
std::optional<Interval> RateInterval(const Attempts& attempts, const std::set<int>& copies,
                                     bool of_rubrics, const Labels& labels,
                                     const TableOptions& options) {
  std::vector<Observation> observations;
  for (const ReportAttempt* attempt : attempts) {
    if (!attempt->graded || copies.count(attempt->replicate) != 0) continue;
    Observation observation = labels.Of(*attempt);
    if (of_rubrics) {
      if (attempt->n_rubrics == 0) continue;
      observation.weight = static_cast<double>(attempt->n_rubrics);
      observation.value = static_cast<double>(attempt->n_pass) / observation.weight;
    }
    observations.push_back(observation);
  }
  return EstimateRate(observations, Bootstrap(options)).interval;
}

std::set<int> ReplicatesOf(const Attempts& attempts) {
  std::set<int> out;
  for (const ReportAttempt* attempt : attempts) out.insert(attempt->replicate);
  return out;
}

int64_t CountClusters(const Attempts& attempts) {
  std::set<std::string> clusters;
  for (const ReportAttempt* attempt : attempts) clusters.insert(ClusterOf(*attempt));
  return static_cast<int64_t>(clusters.size());
}

PairedDifference Compare(const ReportData& data, const Attempts& arm, const Attempts& baseline,
                         int arm_index, int baseline_index, const Labels& labels,
                         const TableOptions& options, bool test) {
  std::map<Place, const ReportAttempt*> others;
  for (const ReportAttempt* attempt : baseline) others[PlaceOf(*attempt)] = attempt;
  std::vector<std::pair<const ReportAttempt*, const ReportAttempt*>> pairs;
  std::set<int> replicates;
  std::set<std::string> clusters;
  int64_t gained = 0;
  for (const ReportAttempt* attempt : arm) {
    const auto other = others.find(PlaceOf(*attempt));
    if (other == others.end() || !attempt->graded || !other->second->graded) continue;
    pairs.emplace_back(attempt, other->second);
    replicates.insert(attempt->replicate);
    clusters.insert(ClusterOf(*attempt));
    gained += static_cast<int64_t>(attempt->solved) - static_cast<int64_t>(other->second->solved);
  }
  PairedDifference out;
  out.baseline = data.arms[static_cast<std::size_t>(baseline_index)].name;
  out.pairs = static_cast<int64_t>(pairs.size());
  out.clusters = static_cast<int64_t>(clusters.size());
  if (pairs.empty()) return out;
  out.value = static_cast<double>(gained) / static_cast<double>(pairs.size());
  const std::set<int> copies =
      Copies({Signatures(data, arm_index), Signatures(data, baseline_index)}, replicates);
  out.replicates = static_cast<int64_t>(replicates.size() - copies.size());
  std::vector<Observation> ours;
  std::vector<Observation> theirs;
  for (const auto& [attempt, other] : pairs) {
    if (copies.count(attempt->replicate) != 0) continue;
    ours.push_back(labels.Of(*attempt));
    theirs.push_back(labels.Of(*other));
  }
  out.interval = EstimateDifference(ours, theirs, Bootstrap(options)).interval;
  if (test) out.p = TestDifference(ours, theirs, options.seed).p_value;
  return out;
}

int FindArm(const ReportData& data, const std::string& name) {
  for (std::size_t i = 0; i < data.arms.size(); ++i) {
    if (data.arms[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int BaselineOf(const ReportData& data, int arm) {
  const std::string& own = data.arms[static_cast<std::size_t>(arm)].baseline;
  return FindArm(data, own.empty() ? data.config["table"]["baseline"].AsString() : own);
}

ArmRow RowOf(const ReportData& data, int arm, const Labels& labels, const TableOptions& options) {
  const ReportArm& source = data.arms[static_cast<std::size_t>(arm)];
  ArmRow row;
  row.name = source.name;
  row.recipe = source.recipe;
  row.calls_alone = source.calls_alone;
  row.calls_exclusive = source.calls_exclusive;
  row.calls_shared = source.calls_shared;
  row.cost_alone = source.cost_alone;
  row.calls_without_price = source.calls_without_price;
  for (const ReportCell& cell : data.cells) {
    if (cell.arm != arm) continue;
    row.cells_planned += 1;
    row.cells_missing += cell.missing.empty() ? 0 : 1;
  }
  const Attempts attempts = Select(data, arm, InHeadline);
  std::map<int, int64_t> tasks;
  for (const ReportAttempt* attempt : attempts) {
    tasks[attempt->replicate] += 1;
    row.ungraded += attempt->graded ? 0 : 1;
    if (!attempt->graded) continue;
    row.rubrics.hits += attempt->n_pass;
    row.rubrics.n += attempt->n_rubrics;
  }
  for (const auto& [replicate, n] : tasks) {
    row.tasks_min = row.tasks_min == 0 ? n : std::min(row.tasks_min, n);
    row.tasks_max = std::max(row.tasks_max, n);
  }
  const std::set<int> replicates = ReplicatesOf(attempts);
  const std::set<int> copies = Copies({Signatures(data, arm)}, replicates);
  row.clusters = CountClusters(attempts);
  row.replicates = static_cast<int64_t>(replicates.size());
  row.identical_replicates = static_cast<int64_t>(copies.size());
  row.solved = SolvedRate(attempts, false);
  row.solved_all = SolvedRate(attempts, true);
  row.solved.interval = RateInterval(attempts, copies, false, labels, options);
  row.rubrics.interval = RateInterval(attempts, copies, true, labels, options);
  const int baseline = BaselineOf(data, arm);
  row.is_baseline = baseline == arm;
  if (baseline >= 0 && baseline != arm) {
    row.difference = Compare(data, attempts, Select(data, baseline, InHeadline), arm, baseline,
                             labels, options, true);
  }
  return row;
}

void AddCategories(const ReportData& data, const Labels& labels, const TableOptions& options,
                   ResultTable* table) {
  std::vector<std::string> names;
  for (const ReportAttempt& attempt : data.attempts) {
    if (std::find(names.begin(), names.end(), attempt.category) == names.end()) {
      names.push_back(attempt.category);
    }
  }
  std::sort(names.begin(), names.end());
  if (names.size() < 2) return;  // one category is the whole table again
  for (const std::string& category : names) {
    const auto keep = [&](const ReportAttempt& attempt) {
      return InHeadline(attempt) && attempt.category == category;
    };
    for (std::size_t i = 0; i < data.arms.size(); ++i) {
      const int arm = static_cast<int>(i);
      const Attempts attempts = Select(data, arm, keep);
      CategoryRow row;
      row.category = category;
      row.arm = data.arms[i].name;
      row.attempts = static_cast<int64_t>(attempts.size());
      row.solved = SolvedRate(attempts, false);
      const std::set<int> copies = Copies({Signatures(data, arm)}, ReplicatesOf(attempts));
      row.solved.interval = RateInterval(attempts, copies, false, labels, options);
      const int baseline = BaselineOf(data, arm);
      row.is_baseline = baseline == arm;
      if (baseline >= 0 && baseline != arm) {
        row.difference = Compare(data, attempts, Select(data, baseline, keep), arm, baseline,
                                 labels, options, false);
      }
      table->categories.push_back(std::move(row));
    }
  }
}

ApartRow ApartRowOf(const ReportData& data, int arm, const Attempts& attempts) {
  ApartRow row;
  row.arm = data.arms[static_cast<std::size_t>(arm)].name;
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

void AddApart(const ReportData& data, ResultTable* table) {
  std::set<Place> checked;
  std::set<Place> touched;
  bool any_exposed = false;
  for (const ReportAttempt& attempt : data.attempts) {
    any_exposed = any_exposed || attempt.exposed;
    if (attempt.exposed) continue;
    checked.insert(PlaceOf(attempt));
    if (attempt.touched) touched.insert(PlaceOf(attempt));
  }
  table->checked_tasks = static_cast<int64_t>(checked.size());
  table->touched_tasks = static_cast<int64_t>(touched.size());
  for (std::size_t i = 0; i < data.arms.size(); ++i) {
    const int arm = static_cast<int>(i);
    if (!touched.empty()) {
      table->touched.push_back(ApartRowOf(
          data, arm, Select(data, arm, [](const auto& a) { return a.touched && !a.exposed; })));
    }
    if (any_exposed) {
      table->exposed.push_back(
          ApartRowOf(data, arm, Select(data, arm, [](const auto& a) { return a.exposed; })));
    }
  }
}

void CorrectForMultiplicity(ResultTable* table) {
  std::vector<std::optional<double>> raw;
  for (const ArmRow& row : table->rows) {
    raw.push_back(row.difference ? row.difference->p : std::nullopt);
  }
  const std::vector<std::optional<double>> adjusted = HolmAdjusted(raw);
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    if (table->rows[i].difference) table->rows[i].difference->p_holm = adjusted[i];
  }
}

}  // namespace

ResultTable ComputeResultTable(const ReportData& data, const TableOptions& options) {
  ResultTable table;
  table.experiment = data.experiment;
  table.replicates = data.replicates;
  table.models = data.models;
  table.resamples = options.resamples;
  table.seed = options.seed;
  table.cells_planned = static_cast<int64_t>(data.cells.size());
  for (const ReportCell& cell : data.cells) {
    if (cell.missing.empty()) continue;
    table.missing.push_back({data.arms[static_cast<std::size_t>(cell.arm)].name,
                             data.replicates[static_cast<std::size_t>(cell.replicate)], cell.item,
                             cell.missing});
  }
  const Labels labels(data);
  for (std::size_t i = 0; i < data.arms.size(); ++i) {
    table.rows.push_back(RowOf(data, static_cast<int>(i), labels, options));
  }
  CorrectForMultiplicity(&table);
  const std::string by = options.by.empty() ? data.config["evaluate"]["by"].AsString() : options.by;
  if (!by.empty()) AddCategories(data, labels, options, &table);
  AddApart(data, &table);
  table.footer = TableFooter(data, table);
  return table;
}

Result<ResultTable> MakeResultTable(ReadDatabase& database, const std::string& experiment,
                                    const TableOptions& options) {
  HONE_ASSIGN(const ExperimentRef found, FindExperiment(database, experiment));
  HONE_ASSIGN(const ReportData data, LoadReportData(database, found));
  return ComputeResultTable(data, options);
}

}  // namespace hone
