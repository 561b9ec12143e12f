#include "report/render_markdown.h"

#include <vector>

#include "base/text.h"

namespace hone {
namespace {

std::string Line(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out + "\n";
}

// A figure of ours needs no more than this, and stays readable in the source.
std::string Figure(std::string text) {
  return ReplaceAll(ReplaceAll(std::move(text), "<", "&lt;"), "$", "\\$");
}

}  // namespace

std::string EscapeMarkdown(std::string_view text) {
  const std::string safe = TerminalSafe(text);
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
    } else if (c == '@') {
      out += "&#64;";
    } else {
      if (std::string_view("\\`*_{}[]()#!|~$").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  // Addresses that some readers make links of on their own.
  out = ReplaceAll(std::move(out), "://", ":&#47;/");
  for (const char* start : {"www.", "WWW.", "Www."}) {
    out = ReplaceAll(std::move(out), start, std::string(start, 3) + "&#46;");
  }
  return out;
}

std::string RenderMarkdownBlock(const ViewBlock& block) {
  std::string out = block.title.empty() ? "" : EscapeMarkdown(block.title) + "\n\n";
  std::vector<std::string> titles;
  std::string rule = "|";
  for (const ViewColumn& column : block.columns) {
    titles.push_back(EscapeMarkdown(column.title));
    rule += column.is_number ? " ---: |" : " --- |";
  }
  out += Line(titles) + rule + "\n";
  for (const ViewRow& row : block.rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const bool is_figure = !row.is_heading && block.columns[i].is_figure;
      cells.push_back(is_figure ? Figure(row.cells[i]) : EscapeMarkdown(row.cells[i]));
    }
    if (row.is_heading) cells.front() = "**" + cells.front() + "**";
    cells.resize(block.columns.size());
    out += Line(cells);
  }
  if (!block.note.empty()) out += "\n" + EscapeMarkdown(block.note) + "\n";
  return out;
}

std::string RenderMarkdown(const TableView& view) {
  std::string out =
      "## " + EscapeMarkdown(view.title + (view.is_incomplete ? "  INCOMPLETE" : "")) + "\n";
  for (const ViewBlock& block : view.blocks) out += "\n" + RenderMarkdownBlock(block);
  out += "\n";
  for (const std::string& line : view.footer) out += "- " + EscapeMarkdown(line) + "\n";
  return out;
}

std::string RenderMarkdown(const ResultTable& table) { return RenderMarkdown(ViewOf(table)); }

}  // namespace hone
