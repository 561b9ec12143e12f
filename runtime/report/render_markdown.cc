#include "report/render_markdown.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hone {
namespace {

std::string Line(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out + "\n";
}

// `alignment` has one letter a column: l or r.
std::string Head(const std::vector<std::string>& titles, std::string_view alignment) {
  std::string out = Line(titles) + "|";
  for (const char side : alignment) out += side == 'r' ? " ---: |" : " --- |";
  return out + "\n";
}

std::string Results(const ResultTable& table) {
  std::string out = Head({"arm", "solved % (graded)", "solved % (all)", "rubrics passed %",
                          "difference", "baseline", "mark"},
                         "lrrrrll");
  for (const ArmRow& row : table.rows) {
    out += Line({EscapeMarkdown(row.name), RateText(row.solved), RateText(row.solved_all),
                 RateText(row.rubrics), row.difference ? DifferenceText(*row.difference) : "",
                 row.difference ? EscapeMarkdown(row.difference->baseline)
                                : (row.is_baseline ? "(baseline)" : ""),
                 row.difference ? EscapeMarkdown(MarkText(*row.difference)) : ""});
  }
  return out;
}

std::string Basis(const ResultTable& table) {
  std::string out = Head({"arm", "tasks", "clusters", "replicates", "ungraded", "calls alone",
                          "exclusive", "shared", "cost alone"},
                         "lrrlrrrrr");
  for (const ArmRow& row : table.rows) {
    out += Line({EscapeMarkdown(row.name), TasksText(row), std::to_string(row.clusters),
                 ReplicatesText(row), std::to_string(row.ungraded), std::to_string(row.calls_alone),
                 std::to_string(row.calls_exclusive), std::to_string(row.calls_shared),
                 EscapeMarkdown(CostText(row.cost_alone, row.calls_without_price))});
  }
  return out;
}

std::string Categories(const ResultTable& table) {
  std::string out =
      Head({"category", "arm", "attempts", "solved % (graded)", "difference"}, "llrrr");
  for (const CategoryRow& row : table.categories) {
    out += Line(
        {EscapeMarkdown(row.category), EscapeMarkdown(row.arm), std::to_string(row.attempts),
         RateText(row.solved),
         row.difference ? DifferenceText(*row.difference) : (row.is_baseline ? "(baseline)" : "")});
  }
  return out;
}

std::string Apart(const std::vector<ApartRow>& rows) {
  std::string out = Head(
      {"arm", "attempts", "ungraded", "solved % (graded)", "own overlap: task", "skill", "both"},
      "lrrrrrr");
  for (const ApartRow& row : rows) {
    out +=
        Line({EscapeMarkdown(row.arm), std::to_string(row.attempts), std::to_string(row.ungraded),
              RateText(row.solved), std::to_string(row.own_in_task),
              std::to_string(row.own_in_skill), std::to_string(row.own_in_both)});
  }
  return out;
}

}  // namespace

std::string EscapeMarkdown(std::string_view text) {
  std::string safe = TerminalSafe(text);
  std::string out;
  for (const char c : safe) {
    if (c == '\n' || c == '\t') {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*_{}[]()#!|~$").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string RenderMarkdown(const ResultTable& table) {
  std::string out = "## " + EscapeMarkdown(table.experiment.name) + " (experiment " +
                    table.experiment.hash.substr(0, 12) + ")\n\n" + Results(table) + "\n" +
                    Basis(table);
  if (!table.categories.empty()) out += "\nBy category:\n\n" + Categories(table);
  if (!table.touched.empty()) {
    out += "\nTouched tasks, apart from the rows above:\n\n" + Apart(table.touched);
  }
  if (!table.exposed.empty()) {
    out += "\nExposed contexts, apart from the rows above:\n\n" + Apart(table.exposed);
  }
  if (!table.missing.empty()) {
    out += "\nMissing cells:\n\n" + Head({"arm", "seed", "item", "reason"}, "llll");
    for (const MissingRow& cell : table.missing) {
      out += Line({EscapeMarkdown(cell.arm), EscapeMarkdown(cell.replicate),
                   EscapeMarkdown(cell.item), EscapeMarkdown(cell.reason)});
    }
  }
  out += "\n";
  for (const std::string& line : table.footer) out += "- " + EscapeMarkdown(line) + "\n";
  return out;
}

}  // namespace hone
