#include "report/render_csv.h"

#include <array>
#include <cstdio>
#include <optional>

#include "base/text.h"

namespace hone {
namespace {

std::string Number(double value) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.6f", value == 0 ? 0.0 : value);
  return buffer.data();
}

std::string Limit(const std::optional<Interval>& bounds, double Interval::*side) {
  return bounds ? Number(*bounds.*side) : "";
}

std::string RateFields(const TableRate& rate) {
  return (rate.defined() ? Number(rate.value()) : "") + "," + Limit(rate.interval, &Interval::low) +
         "," + Limit(rate.interval, &Interval::high) + "," + std::to_string(rate.hits) + "," +
         std::to_string(rate.n);
}

std::string DifferenceFields(const std::optional<PairedDifference>& difference) {
  if (!difference || difference->pairs == 0) return ",,,,,,,";
  return CsvText(difference->baseline) + "," + Number(difference->value) + "," +
         Limit(difference->interval, &Interval::low) + "," +
         Limit(difference->interval, &Interval::high) + "," + std::to_string(difference->pairs) +
         "," + (difference->p ? Number(*difference->p) : "") + "," +
         (difference->p_holm ? Number(*difference->p_holm) : "") + "," +
         CsvText(MarkText(*difference));
}

ApartRow TouchedOf(const ResultTable& table, const std::string& arm) {
  for (const ApartRow& row : table.touched) {
    if (row.arm == arm) return row;
  }
  return {};
}

std::string Maybe(const std::optional<double>& value) { return value ? Number(*value) : ""; }

// Columns that came later stand at the end, so that readers of earlier ones keep working.
std::string LaterFields(const ResultTable& table, const ArmRow& row) {
  const PairedDifference none;
  const PairedDifference& difference = row.difference ? *row.difference : none;
  std::string out = CsvText(row.group) + "," + CsvText(row.label) + "," +
                    std::to_string(difference.ungraded_pairs) + "," +
                    Limit(difference.bounds, &Interval::low) + "," +
                    Limit(difference.bounds, &Interval::high) + ",";
  if (row.published) {
    out += Number(row.published->percent / 100) + "," +
           (row.published->difference ? Number(*row.published->difference / 100) : "") + "," +
           (table.not_comparable.empty() ? "yes" : "no");
  } else {
    out += ",,";
  }
  out += "," + RateFields(row.select) + "," + CsvText(row.decision) + ",";
  const std::string runs =
      "," + Maybe(difference.p_of_runs) + "," + (row.score.n > 0 ? Number(row.score.mean) : "") +
      "," + Limit(row.score.interval, &Interval::low) + "," +
      Limit(row.score.interval, &Interval::high) + "," + std::to_string(row.score.n) + "," +
      std::to_string(row.infrastructure) + "," + std::to_string(row.unsafe) + "," +
      std::to_string(row.loaded.hits) + "," + std::to_string(row.loaded.n);
  if (!difference.extras) return out + ",,,,," + runs;
  const DifferenceExtras& extras = *difference.extras;
  return out + std::to_string(extras.flips_up) + "," + std::to_string(extras.flips_down) + "," +
         Maybe(extras.mcnemar_p) + "," + Maybe(extras.wilcoxon_p) + "," + Maybe(extras.p_bh) + "," +
         Maybe(extras.mde) + runs;
}

}  // namespace

std::string CsvText(std::string_view text) {
  std::string safe = TerminalSafe(text);
  const std::size_t first = safe.find_first_not_of(" \t\n");
  if (first != std::string::npos &&
      std::string_view("=+-@").find(safe[first]) != std::string_view::npos) {
    safe.insert(0, "'");
  }
  if (safe.find_first_of(",\"\n\t ';") == std::string::npos) return safe;
  return "\"" + ReplaceAll(std::move(safe), "\"", "\"\"") + "\"";
}

std::string RenderCsv(const ResultTable& table) {
  std::string out =
      "experiment,experiment_hash,subset,arm,recipe,solved,solved_low,solved_high,solved_hits,"
      "solved_graded,solved_all,attempts,rubrics,rubrics_low,rubrics_high,rubrics_passed,"
      "rubrics_graded,baseline,difference,difference_low,difference_high,pairs,p,p_holm,mark,"
      "tasks_min,tasks_max,clusters,replicates,identical_replicates,ungraded,calls_alone,"
      "calls_exclusive,calls_shared,cost_alone_usd,calls_without_price,touched_attempts,"
      "touched_solved,cells_planned,cells_missing,group,label,ungraded_pairs,difference_worst,"
      "difference_best,published,published_difference,comparable,select,select_low,select_high,"
      "select_hits,select_graded,decision,flips_up,flips_down,mcnemar_p,wilcoxon_p,p_bh,mde,"
      "p_of_runs,score,score_low,score_high,score_n,infrastructure,unsafe,"
      "loaded_hits,loaded_n\n";
  for (const ArmRow& row : table.rows) {
    const ApartRow touched = TouchedOf(table, row.name);
    out += CsvText(table.experiment.name) + "," + table.experiment.hash + "," +
           CsvText(table.experiment.subset) + "," + CsvText(row.name) + "," + CsvText(row.recipe) +
           "," + RateFields(row.solved) + "," +
           (row.solved_all.defined() ? Number(row.solved_all.value()) : "") + "," +
           std::to_string(row.solved_all.n) + "," + RateFields(row.rubrics) + "," +
           DifferenceFields(row.difference);
    std::array<char, 40> cost{};
    std::snprintf(cost.data(), cost.size(), "%.12f", row.cost_alone.ToUsd());
    for (const int64_t value :
         {row.tasks_min, row.tasks_max, row.clusters, row.replicates, row.identical_replicates,
          row.ungraded, row.calls_alone, row.calls_exclusive, row.calls_shared}) {
      out += "," + std::to_string(value);
    }
    out += std::string(",") + cost.data();
    for (const int64_t value : {row.calls_without_price, touched.attempts, touched.solved.hits,
                                row.cells_planned, row.cells_missing}) {
      out += "," + std::to_string(value);
    }
    out += "," + LaterFields(table, row) + "\n";
  }
  return out;
}

}  // namespace hone
