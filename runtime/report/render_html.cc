#include "report/render_html.h"

#include "base/text.h"

namespace hone {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
h2 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .5rem; }
.hone-scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid; border-top: 2px solid; font-weight: 600; }
tbody tr:last-child td, tbody tr:last-child th { border-bottom: 2px solid; }
tbody th { font-weight: 400; }
tbody th.hone-heading { font-style: italic; padding-top: .6rem; }
.hone-number { text-align: right; white-space: nowrap; }
td { white-space: nowrap; }
td.hone-words { white-space: normal; overflow-wrap: anywhere; }
.hone-footer { font-size: .85rem; opacity: .8; max-width: 60rem; }
)css";

std::string Cell(const char* tag, const ViewColumn& column, const std::string& text) {
  std::string out = std::string("<") + tag;
  if (column.is_number) {
    out += " class=\"hone-number\"";
  } else if (!column.is_figure) {
    out += " class=\"hone-words\"";
  }
  return out + ">" + EscapeHtml(text) + "</" + tag + ">";
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  const std::string safe = TerminalSafe(text);
  out.reserve(safe.size());
  for (const char c : safe) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '`':
        out += "&#96;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string RenderHtmlBlock(const ViewBlock& block) {
  std::string out = "<section>\n";
  if (!block.title.empty()) out += "<h2>" + EscapeHtml(block.title) + "</h2>\n";
  out += "<div class=\"hone-scroll\"><table class=\"hone-table\">\n<thead><tr>";
  for (const ViewColumn& column : block.columns) out += Cell("th", column, column.title);
  out += "</tr></thead>\n<tbody>\n";
  for (const ViewRow& row : block.rows) {
    out += "<tr>";
    if (row.is_heading) {
      out += "<th class=\"hone-heading\" colspan=\"" + std::to_string(block.columns.size()) +
             "\">" + EscapeHtml(row.cells.front()) + "</th>";
    } else {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        out += Cell("td", block.columns[i], row.cells[i]);
      }
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (!block.note.empty()) out += "<p>" + EscapeHtml(block.note) + "</p>\n";
  return out + "</section>\n";
}

std::string RenderHtmlFragment(const TableView& view) {
  std::string out =
      "<h1>" + EscapeHtml(view.title + (view.is_incomplete ? "  INCOMPLETE" : "")) + "</h1>\n";
  for (const ViewBlock& block : view.blocks) out += RenderHtmlBlock(block);
  out += "<ul class=\"hone-footer\">\n";
  for (const std::string& line : view.footer) out += "<li>" + EscapeHtml(line) + "</li>\n";
  return out + "</ul>\n";
}

std::string RenderHtmlPage(const TableView& view) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"referrer\" content=\"no-referrer\">\n<title>" +
         EscapeHtml(view.title) + "</title>\n<style>" + std::string(kStyle) +
         "</style>\n</head>\n<body>\n" + RenderHtmlFragment(view) + "</body>\n</html>\n";
}

std::string RenderHtmlPage(const ResultTable& table) { return RenderHtmlPage(ViewOf(table)); }

}  // namespace hone
