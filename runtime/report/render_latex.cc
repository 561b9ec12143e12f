#include "report/render_latex.h"

#include <vector>

#include "base/text.h"

namespace hone {
namespace {

std::string Line(const std::vector<std::string>& cells) { return Join(cells, " & ") + " \\\\\n"; }

// What a line of prose may be: a comment, so that the table can be pasted where it is wanted.
std::string Comment(std::string_view text) {
  std::string safe = TerminalSafe(text);
  for (char& c : safe) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return "% " + safe + "\n";
}

}  // namespace

std::string EscapeLatex(std::string_view text) {
  std::string out;
  for (const char c : TerminalSafe(text)) {
    // Two hyphens would become a dash.
    if (c == '-' && !out.empty() && out.back() == '-') out += "{}";
    switch (c) {
      case '\n':
      case '\t':
        out += ' ';
        break;
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '"':
        out += "\\textquotedbl{}";
        break;
      case '\'':
        out += "\\textquotesingle{}";
        break;
      case '`':
        out += "\\textasciigrave{}";
        break;
      case '{':
      case '}':
      case '$':
      case '&':
      case '#':
      case '_':
      case '%':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string RenderLatexBlock(const ViewBlock& block) {
  std::string alignment;
  std::vector<std::string> titles;
  for (const ViewColumn& column : block.columns) {
    alignment += column.is_number ? 'r' : 'l';
    titles.push_back(EscapeLatex(column.title));
  }
  std::string out =
      "\\begin{tabular}{@{}" + alignment + "@{}}\n\\toprule\n" + Line(titles) + "\\midrule\n";
  bool is_first = true;
  for (const ViewRow& row : block.rows) {
    if (row.is_heading) {
      if (!is_first) out += "\\midrule\n";
      out += "\\multicolumn{" + std::to_string(block.columns.size()) + "}{@{}l}{\\textit{" +
             EscapeLatex(row.cells.front()) + "}} \\\\\n";
    } else {
      std::vector<std::string> cells;
      // A bracket at the start of a row would be taken for the optional argument of \\.
      for (const std::string& cell : row.cells) cells.push_back(EscapeLatex(cell));
      out += "{}" + Line(cells);
    }
    is_first = false;
  }
  out += "\\bottomrule\n\\end{tabular}\n";
  if (!block.note.empty()) out += "\n" + EscapeLatex(block.note) + "\n";
  return out;
}

std::string RenderLatex(const TableView& view) {
  std::string out = Comment(view.title + (view.is_incomplete ? "  INCOMPLETE" : "")) +
                    "% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}, textcomp\n";
  for (const ViewBlock& block : view.blocks) {
    out += "\n";
    if (!block.title.empty()) out += Comment(block.title);
    out += RenderLatexBlock(block);
  }
  out += "\n";
  for (const std::string& line : view.footer) out += Comment(line);
  return out;
}

std::string RenderLatex(const ResultTable& table) { return RenderLatex(ViewOf(table)); }

}  // namespace hone
