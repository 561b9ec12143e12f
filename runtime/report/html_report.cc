#include "report/html_report.h"

#include "base/hash.h"
#include "report/case_pages.h"
#include "report/render_html.h"
#include "report/report_sections.h"
#include "report/skill_pages.h"
#include "report/svg_canvas.h"
#include "report/table_view.h"

namespace hone {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--rule:#d1d9e0;--paper:#fff;--raised:#f6f8fa;--good:#00694d;--bad:#a3340b;--link:#0059a8}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--rule:#3d444d;--paper:#0d1117;--raised:#161b22;--good:#4ccb9b;--bad:#ff9a6b;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.5rem;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.75rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}h4{font-size:.9rem;margin:1rem 0 .35rem}
p{max-width:48rem;margin:.4rem 0 .8rem}
a{color:var(--link)}
nav{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;margin:1rem 0 0;font-size:.92rem}
.lead,.quiet,.hone-footer{color:var(--soft)}
.hone-footer{font-size:.86rem;padding-left:1.1rem;max-width:60rem}
.hone-scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem;margin:.5rem 0}
th,td{padding:.3rem .75rem;text-align:left;vertical-align:top}
thead th{border-bottom:1px solid var(--soft);font-weight:600}
tbody td,tbody th{border-bottom:1px solid var(--rule)}
tbody th{font-weight:500}
.hone-heading{font-style:italic}
.hone-number{text-align:right;white-space:nowrap}
.hone-words{min-width:7rem;overflow-wrap:break-word}
td{overflow-wrap:break-word}
.yes{color:var(--good)}.no{color:var(--bad)}
figure{margin:1rem 0;overflow-x:auto}
svg{display:block;width:100%;min-width:36rem;max-width:56rem;height:auto}
details{margin:.35rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
summary:hover{color:var(--link)}
details[open]>summary{margin-bottom:.5rem}
pre{background:var(--raised);border:1px solid var(--rule);border-radius:6px;padding:.7rem .9rem;margin:.4rem 0;overflow:auto;max-height:30rem;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.flip{display:inline-block;border:1px solid;border-radius:999px;padding:0 .55rem;font-size:.8rem}
.flip.up{color:var(--good)}.flip.down{color:var(--bad)}
.task{white-space:pre-wrap;overflow-wrap:anywhere}
.verdicts{max-width:60rem}.verdicts td{overflow-wrap:anywhere}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.sides section{min-width:0}
.diff .add{color:var(--good)}.diff .del{color:var(--bad)}
@media (max-width:46rem){.sides{grid-template-columns:1fr}h1{font-size:1.25rem}th,td{padding:.25rem .45rem}}
)css";

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : kLetters[group >> (18 - 6 * j) & 63U];
    }
  }
  return out;
}

std::string CellText(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.AsString() : value.Dump();
}

std::string RowsHtml(const SqlTable& rows) {
  std::string out = "<div class=\"hone-scroll\"><table><thead><tr>";
  for (const std::string& column : rows.columns) out += "<th>" + EscapeHtml(column) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows.rows) {
    out += "<tr>";
    for (const Json& cell : row) {
      out += cell.is_string() ? "<td>" : "<td class=\"hone-number\">";
      out += EscapeHtml(CellText(cell)) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string QueryHtml(const std::string& query) {
  return "<details class=\"query\"><summary class=\"quiet\">the query behind it</summary><pre "
         "class=\"sql\">" +
         EscapeHtml(query) + "</pre></details>\n";
}

std::string SectionHtml(const ReportSection& section) {
  std::string out = "<h2 id=\"" + section.id + "\">" + EscapeHtml(section.title) + "</h2>\n<p>" +
                    EscapeHtml(section.text) + "</p>\n";
  if (!section.figure.empty()) out += "<figure>" + section.figure + "</figure>\n";
  out += "<details class=\"rows\"><summary class=\"quiet\">the numbers</summary>" +
         RowsHtml(section.rows) + "</details>\n" + QueryHtml(section.query);
  return out;
}

std::string Document(const std::string& title, const std::string& nav, const std::string& body) {
  const std::string style = std::string(kStyle) + std::string(SvgStyle());
  const std::string policy = "default-src 'none'; style-src 'sha256-" +
                             Base64(HashOf(style).View()) +
                             "'; base-uri 'none'; form-action 'none'";
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "http-equiv=\"Content-Security-Policy\" content=\"" +
         policy +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
         "name=\"referrer\" content=\"no-referrer\">\n<title>" +
         EscapeHtml(title) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n" + nav +
         "<main>\n" + body + "</main>\n</body>\n</html>\n";
}

}  // namespace

Result<std::string> RenderHtmlReport(ReadDatabase& database, const std::string& experiment,
                                     const HtmlReportOptions& options) {
  HONE_ASSIGN(const ResultTable table, MakeResultTable(database, experiment, options.table));
  const TableView view = ViewOf(table);
  std::string body = "<h2 id=\"results\">Results</h2>\n";
  for (const ViewBlock& block : view.blocks) body += RenderHtmlBlock(block);
  body += "<ul class=\"hone-footer\">\n";
  for (const std::string& line : view.footer) body += "<li>" + EscapeHtml(line) + "</li>\n";
  body += "</ul>\n";
  std::string links = "<a href=\"#results\">Results</a>";
  const auto link = [&links](const std::string& id, const std::string& title) {
    links += "<a href=\"#" + id + "\">" + EscapeHtml(title) + "</a>";
  };
  for (const std::string& id : PlotNames()) {
    HONE_ASSIGN(const ReportSection section, MakeSection(database, table, id, false));
    if (section.rows.rows.empty()) continue;
    body += SectionHtml(section);
    link(section.id, section.title);
  }
  std::string query;
  HONE_ASSIGN(const std::vector<Case> cases, LoadCases(database, table, options.cases, &query));
  body +=
      "<h2 id=\"cases\">Cases</h2>\n<p>The largest flips of each category: tasks that one of two "
      "arms solved and the other did not, with both answers. They are chosen because they are "
      "extreme; the rates above say what is usual.</p>\n" +
      RenderCases(cases) + QueryHtml(query);
  link("cases", "Cases");
  HONE_ASSIGN(const std::string skills, RenderSkills(database, table, options.skill_items));
  body +=
      "<h2 id=\"skills\">Skills</h2>\n<p>Versions and what changed from one to the next, for the "
      "first " +
      std::to_string(options.skill_items) + " items of each arm and its first replicate.</p>\n" +
      skills;
  link("skills", "Skills");
  HONE_ASSIGN(const std::string tasks, RenderTasks(database, table, options.task_items));
  body +=
      "<h2 id=\"tasks\">Tasks</h2>\n<p>Every report task: how many replicates solved it, and the "
      "rubrics they passed.</p>\n" +
      tasks;
  link("tasks", "Tasks");
  const std::string header =
      "<header><h1>" + EscapeHtml(view.title + (view.is_incomplete ? ", incomplete" : "")) +
      "</h1>\n<p class=\"lead\">Experiment " + EscapeHtml(table.experiment.hash.substr(0, 12)) +
      " from " + EscapeHtml(table.experiment.file) +
      ". Queries run with hone sql and experiment=" + EscapeHtml(table.experiment.name) +
      ".</p>\n<nav>" + links + "</nav></header>\n";
  return Document(table.experiment.name, header, body);
}

}  // namespace hone
