// The `table = {...}` of an experiment: what may stand in it. It is kept as it is in the
// experiment's values (experiments.config_json); report/table_layout.h reads it from there.
//
//   baseline  name of an arm; each group has its own
//   rows      list of arms in the order of the table: "name" or {arm = "name", label = "shown as"};
//             of a matrix the name of the arm alone. Without it: every arm, in file order
//   columns   list of kTableColumns; without it: the usual ones
//   group     "model" | "slice" | "recipe" | "none": rows under one heading
//   by        "category": one block for each
//   reference "file.csv" or {file =, table =, block =, backbone = or backbones = {["model"] = "what
//             it stands beside"}, rows = {["arm"] = "its row"},
//             columns = {["metric"] = "its column"},
//             match = {data = true, models = true | {label = "response model"}, protocol = true}}:
//             published numbers beside the measured ones; a difference is shown only where all
//             three match. The file is relative to the experiment and is stored with it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hone {

struct TableColumnName {
  std::string_view name, title, meaning;
};

inline constexpr std::array<TableColumnName, 31> kTableColumns = {{
    {"solved", "solved % (graded)", "solved of the graded attempts, with its interval"},
    {"solved_all", "(all)", "solved of all attempts: ungraded ones count as not solved"},
    {"rubrics", "rubrics passed %", "rubrics passed of those of graded attempts"},
    {"score", "score %", "mean of the scores of graded attempts, with its interval"},
    {"difference", "difference", "paired difference to the baseline of the row, in points"},
    {"bounds", "with ungraded", "worst and best case of the difference over ungraded attempts"},
    {"mark", "mark", "paired test behind the difference, Holm-corrected over the table"},
    {"p", "p", "p-value of that test, uncorrected"},
    {"p_holm", "p (Holm)", "the same, Holm-corrected"},
    {"p_bh", "p (BH)", "the same, Benjamini-Hochberg-adjusted"},
    {"mcnemar", "McNemar", "item-level extra: flips up, flips down, p; items taken as independent"},
    {"wilcoxon", "Wilcoxon", "item-level extra: signed-rank test of the shares of rubrics passed"},
    {"mde", "MDE", "smallest difference that a test of this size finds with power 0.8"},
    {"baseline", "baseline", "the arm it is compared with"},
    {"published", "published %", "the reference's number"},
    {"published_difference", "measured - published", "in points, or why it is not comparable"},
    {"select", "select %", "solved of the graded attempts on the selection split"},
    {"decision", "search", "what a search decided about the arm last"},
    {"tasks", "tasks", "report tasks of a replicate"},
    {"clusters", "clusters", "source documents with attempts"},
    {"replicates", "replicates", "with attempts; identical ones counted apart"},
    {"ungraded", "ungraded", "attempts without a usable judgement"},
    {"loaded", "loaded skill %", "attempts that loaded an injected skill, of those that met one"},
    {"infrastructure", "infrastructure", "attempts where the world failed, not the solver"},
    {"calls_alone", "calls alone", "what a fresh run of this row only would make"},
    {"calls_exclusive", "exclusive", "of these, used by no other row"},
    {"calls_shared", "shared", "of these, used by a row further up, too"},
    {"cost", "cost alone", "price of the calls alone"},
    {"missing", "missing", "cells that are not finished, of the planned ones"},
    {"metrics", "", "one column for each number that the evaluator recorded: its mean"},
    {"categories", "", "one column for each category: solved of the graded attempts"},
}};

// `arms` are the names that rows and baseline may use. Errors name the field and the nearest name.
Status CheckTable(const std::string& file, const Json& table, const std::vector<std::string>& arms);

// The file of `table.reference`, "" for none.
inline std::string TableReferenceFile(const Json& table) {
  const Json& reference = table["reference"];
  return reference.is_string() ? reference.AsString() : reference["file"].AsString();
}

}  // namespace hone
