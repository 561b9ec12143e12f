#include "report/table_view.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "engine/table_spec.h"
#include "report/apart_blocks.h"
#include "report/evaluator_metrics.h"
#include "report/published_block.h"

namespace hone {
namespace {

constexpr std::size_t kProseBytes = 2000;
constexpr std::size_t kNameWidth = 28;

std::string Count(int64_t n) { return std::to_string(n); }

const ArmRow* FindRow(const ResultTable& table, const std::string& name) {
  for (const ArmRow& row : table.rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// What the baseline is called under its heading.
std::string BaselineLabel(const ResultTable& table, const PairedDifference& difference) {
  const ArmRow* row = FindRow(table, difference.baseline);
  return row == nullptr ? difference.baseline : row->label;
}

// One baseline for all rows goes into the column's title, several into the cells.
std::string CommonBaseline(const ResultTable& table) {
  std::string common;
  for (const ArmRow& row : table.rows) {
    if (!row.difference) continue;
    const std::string label = BaselineLabel(table, *row.difference);
    if (!common.empty() && common != label) return "";
    common = label;
  }
  return common;
}

bool Compares(const ResultTable& table) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [](const ArmRow& row) { return row.difference.has_value(); });
}

bool HasBounds(const ResultTable& table) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [](const ArmRow& row) { return row.difference && row.difference->bounds; });
}

std::string DifferenceCell(const ResultTable& table, const ArmRow& row, const std::string& common) {
  if (!row.difference) return row.is_baseline ? "(baseline)" : "";
  std::string text = DifferenceText(*row.difference);
  if (common.empty()) text += " vs " + CutName(BaselineLabel(table, *row.difference));
  return text;
}

std::string ExtraCell(const std::string& column, const PairedDifference& difference) {
  if (!difference.extras) return "";
  const DifferenceExtras& extras = *difference.extras;
  if (column == "p_bh") return PValueText(extras.p_bh);
  if (column == "wilcoxon") return PValueText(extras.wilcoxon_p);
  if (column == "mde") return extras.mde ? FixedText(*extras.mde * 100, 1) : "-";
  return "+" + Count(extras.flips_up) + " -" + Count(extras.flips_down) + ", p " +
         PValueText(extras.mcnemar_p);
}

std::string DecisionText(const ArmRow& row) {
  if (row.decision == "drop") return "dropped, partial row";
  if (row.decision == "prune") return "pruned, partial row";
  if (row.decision == "win") return "winner";
  return row.decision == "keep" ? "kept" : row.decision;
}

std::string RowCell(const ResultTable& table, const ArmRow& row, const std::string& column,
                    const std::string& common) {
  if (column == "solved") return RateText(row.solved);
  if (column == "solved_all") return RateText(row.solved_all);
  if (column == "rubrics") return RateText(row.rubrics);
  if (column == "score") return ScoreText(row.score);
  if (column == "difference") return DifferenceCell(table, row, common);
  if (column == "select") return RateText(row.select);
  if (column == "decision") return DecisionText(row);
  if (column == "published") return PublishedText(row.published);
  if (column == "published_difference") return PublishedDifferenceText(row.published);
  if (column == "tasks") return TasksText(row);
  if (column == "clusters") return Count(row.clusters);
  if (column == "replicates") return ReplicatesText(row);
  if (column == "ungraded") return Count(row.ungraded);
  if (column == "infrastructure") return Count(row.infrastructure);
  if (column == "loaded") return RateText(row.loaded);
  if (column == "calls_alone") return Count(row.calls_alone);
  if (column == "calls_exclusive") return Count(row.calls_exclusive);
  if (column == "calls_shared") return Count(row.calls_shared);
  if (column == "cost") return CostText(row.cost_alone, row.calls_without_price);
  if (column == "missing") {
    return Count(row.cells_missing) + " of " + Count(row.cells_planned);
  }
  if (!row.difference) return "";
  if (column == "bounds") return BoundsText(*row.difference);
  if (column == "mark") return MarkText(*row.difference);
  if (column == "p") return PValueText(row.difference->p);
  if (column == "p_holm") return PValueText(row.difference->p_holm);
  if (column == "baseline") return CutName(row.difference->baseline);
  return ExtraCell(column, *row.difference);
}

bool IsNumber(const std::string& column) {
  static const std::set<std::string> kLeft = {"solved",     "rubrics", "score",  "difference",
                                              "mark",       "mcnemar", "select", "baseline",
                                              "replicates", "decision"};
  return kLeft.count(column) == 0;
}

std::size_t WidthOf(const std::string& column) {
  if (column == "difference") return 54;
  return column == "cost" ? 32 : 60;
}

ViewColumn ArmColumn() { return {"arm", "arm", false, kNameWidth}; }

// Adds rows under a heading whenever the group changes.
class GroupedRows {
 public:
  explicit GroupedRows(ViewBlock* block) : block_(block) {}
  void Add(const std::string& group, std::vector<std::string> cells) {
    if (!group.empty() && group != group_) block_->rows.push_back({{CutName(group)}, true});
    group_ = group;
    block_->rows.push_back({std::move(cells), false});
  }

 private:
  ViewBlock* block_;
  std::string group_;
};

std::vector<std::string> ResultColumns(const ResultTable& table) {
  std::vector<std::string> out = {"solved", "solved_all", "rubrics"};
  const bool scores = std::any_of(table.rows.begin(), table.rows.end(),
                                  [](const ArmRow& row) { return row.score.n > 0; });
  if (scores) out.emplace_back("score");
  if (Compares(table)) {
    out.emplace_back("difference");
    out.emplace_back("mark");
  }
  if (!table.reference_file.empty()) {
    out.emplace_back("published");
    if (table.not_comparable.empty()) out.emplace_back("published_difference");
  }
  return out;
}

std::vector<std::string> BasisColumns(const ResultTable& table) {
  std::vector<std::string> out = {"tasks", "clusters", "replicates", "ungraded"};
  if (!table.infrastructure.empty()) out.emplace_back("infrastructure");
  const bool met = std::any_of(table.rows.begin(), table.rows.end(),
                               [](const ArmRow& row) { return row.loaded.n > 0; });
  if (met) out.emplace_back("loaded");
  out.insert(out.end(), {"calls_alone", "calls_exclusive", "calls_shared", "cost"});
  return out;
}

ViewBlock Categories(const ResultTable& table) {
  ViewBlock block{"category", "By category", {}, {}, ""};
  block.columns = {{"category", "category", false, 30},
                   ArmColumn(),
                   {"attempts", "attempts", true, 60, true},
                   {"solved", "solved % (graded)", false, 60, true},
                   {"difference", "difference", false, 60, true}};
  const bool published = std::any_of(table.categories.begin(), table.categories.end(),
                                     [](const CategoryRow& row) { return row.published; });
  if (published) block.columns.push_back({"published", "published %", true, 60, true});
  const CategoryRow* before = nullptr;
  for (const CategoryRow& row : table.categories) {
    const bool is_first = before == nullptr || row.category != before->category;
    before = &row;
    const std::string name = row.category.empty() ? "(none)" : CutName(row.category);
    const std::string arm = row.group.empty() ? row.label : row.group + ": " + row.label;
    std::vector<std::string> cells = {
        is_first ? name : "", CutName(arm), Count(row.attempts), RateText(row.solved),
        row.difference ? DifferenceText(*row.difference) : (row.is_baseline ? "(baseline)" : "")};
    if (published) cells.push_back(PublishedText(row.published));
    block.rows.push_back({std::move(cells), false});
  }
  return block;
}

ViewBlock Extras(const ResultTable& table) {
  std::vector<std::string> columns = {"p", "p_holm", "p_bh", "mcnemar", "wilcoxon", "mde"};
  ViewBlock block = RowsBlock(
      table, "extras",
      "Extras (McNemar and Wilcoxon take items as independent of each other; MDE in points)",
      columns);
  block.columns.push_back(
      {"variance", "variance: clusters / items / runs / rest", false, 60, true});
  std::size_t at = 0;
  for (ViewRow& row : block.rows) {
    if (row.is_heading) continue;
    const std::optional<VarianceShares>& shares = table.rows[at++].variance;
    row.cells.push_back(
        shares ? PercentText(shares->clusters) + " / " + PercentText(shares->items) + " / " +
                     PercentText(shares->replicates) + " / " + PercentText(shares->rest)
               : "-");
  }
  return block;
}

ViewBlock Search(const ResultTable& table) {
  ViewBlock block{"search",
                  "Search (chosen on the selection split; the report split chose nothing)",
                  {},
                  {},
                  ""};
  block.columns = {ArmColumn(),
                   {"select", "selection %", false, 60, true},
                   {"select_n", "graded", true, 60, true},
                   {"solved", "report %", false, 60, true},
                   {"decision", "decision"},
                   {"rung", "rung", true, 60, true},
                   {"reason", "reason"}};
  for (const SearchRow& row : table.search) {
    block.rows.push_back(
        {{CutName(row.arm), RateText(row.select), Count(row.select.n), RateText(row.report),
          row.decision, row.rung > 0 ? Count(row.rung) : "", CutName(row.reason)},
         false});
  }
  return block;
}

ViewBlock Agreement(const ResultTable& table) {
  ViewBlock block{"agreement", "Agreement among judges on the same answers", {}, {}, ""};
  block.columns = {{"first", "judge", false, 40},
                   {"second", "judge", false, 40},
                   {"unit", "of", false, 60, true},
                   {"n", "n", true, 60, true},
                   {"agreement", "agreement", true, 60, true},
                   {"kappa", "kappa", true, 60, true}};
  for (const JudgeAgreement& pair : table.agreements) {
    std::string kappa = pair.kappa ? FixedText(*pair.kappa, 3) : "-";
    if (pair.kappa_interval) {
      kappa += " [" + FixedText(pair.kappa_interval->low, 3) + ", " +
               FixedText(pair.kappa_interval->high, 3) + "]";
    }
    block.rows.push_back(
        {{CutName(pair.first), CutName(pair.second), pair.of_answers ? "answers" : "rubrics",
          Count(pair.n()), PercentText(pair.agreement()), kappa},
         false});
  }
  return block;
}

ViewBlock Bounds(const ResultTable& table) {
  ViewBlock block = RowsBlock(table, "bounds",
                              "Differences over all attempted tasks, were the ungraded attempts "
                              "decided against the row, and for it",
                              {"difference", "bounds"});
  std::erase_if(block.rows,
                [](const ViewRow& row) { return !row.is_heading && row.cells.back().empty(); });
  return block;
}

}  // namespace

std::string CutName(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  return std::string(Utf8Prefix(text, bytes)) + "...";
}

ViewBlock RowsBlock(const ResultTable& table, const std::string& name, const std::string& title,
                    const std::vector<std::string>& columns) {
  ViewBlock block{name, title, {ArmColumn()}, {}, ""};
  const std::string common = CommonBaseline(table);
  for (const std::string& column : columns) {
    if (column == "categories") {
      if (table.rows.empty()) continue;
      for (const CategoryRate& rate : table.rows.front().categories) {
        block.columns.push_back({"category:" + rate.category,
                                 rate.category.empty() ? "(none)" : CutName(rate.category), false,
                                 60, true});
      }
      continue;
    }
    if (column == "metrics") {
      if (table.rows.empty()) continue;
      for (const MetricMean& mean : table.rows.front().metrics) {
        block.columns.push_back(
            {"metric:" + mean.name, CutName(MetricTitle(mean.name)), false, 60, true});
      }
      continue;
    }
    const auto* found = std::find_if(kTableColumns.begin(), kTableColumns.end(),
                                     [&](const auto& known) { return known.name == column; });
    std::string shown = found == kTableColumns.end() ? column : std::string(found->title);
    if (column == "difference" && !common.empty()) shown = "vs " + CutName(common);
    const bool names = column == "baseline" || (column == "difference" && common.empty());
    block.columns.push_back({column, std::move(shown), IsNumber(column), WidthOf(column), !names});
  }
  GroupedRows rows(&block);
  for (const ArmRow& row : table.rows) {
    std::vector<std::string> cells = {(row.unsafe > 0 ? "(UNSAFE) " : "") +
                                      std::string(row.is_partial ? "(partial) " : "") +
                                      CutName(row.label)};
    for (const std::string& column : columns) {
      if (column == "categories") {
        for (const CategoryRate& rate : row.categories) cells.push_back(RateText(rate.solved));
      } else if (column == "metrics") {
        for (const MetricMean& mean : row.metrics) cells.push_back(MetricText(mean));
      } else {
        cells.push_back(RowCell(table, row, column, common));
      }
    }
    rows.Add(row.group, std::move(cells));
  }
  return block;
}

TableView ViewOf(const ResultTable& table) {
  TableView view;
  view.title =
      CutName(table.experiment.name) + "  experiment " + table.experiment.hash.substr(0, 12);
  if (!table.experiment.subset.empty()) view.title += "  " + CutName(table.experiment.subset);
  view.is_incomplete = !table.missing.empty();
  if (table.layout.columns.empty()) {
    view.blocks.push_back(RowsBlock(table, "results", "", ResultColumns(table)));
    view.blocks.push_back(RowsBlock(table, "basis", "", BasisColumns(table)));
  } else {
    view.blocks.push_back(RowsBlock(table, "results", "", table.layout.columns));
  }
  if (auto published = PublishedBlock(table)) view.blocks.push_back(std::move(*published));
  if (!table.categories.empty()) view.blocks.push_back(Categories(table));
  if (table.extras) view.blocks.push_back(Extras(table));
  if (!table.search.empty()) view.blocks.push_back(Search(table));
  if (!table.agreements.empty()) view.blocks.push_back(Agreement(table));
  AddUngradedBlocks(table, &view.blocks);
  if (HasBounds(table) && !table.layout.Has("bounds")) view.blocks.push_back(Bounds(table));
  AddApartBlocks(table, &view.blocks);
  for (const std::string& line : table.footer) view.footer.push_back(CutName(line, kProseBytes));
  return view;
}

}  // namespace hone
