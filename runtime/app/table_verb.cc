// hone table: the results of an experiment, with intervals and paired differences.
#include <algorithm>

#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"
#include "report/list.h"
#include "report/render_csv.h"
#include "report/render_html.h"
#include "report/render_json.h"
#include "report/render_latex.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/result_table.h"
#include "report/sql_view.h"
#include "report/table_queries.h"
#include "store/read_database.h"

namespace hone {

Error WithDatabaseHint(const Error& error) {
  if (error.code != ErrorCode::kNotFound) return error;
  return Error{error.code, error.message + "; hone run makes one, --db FILE names another"};
}

Result<std::unique_ptr<ReadDatabase>> OpenResults(const std::string& db) {
  Result<std::unique_ptr<ReadDatabase>> database = ReadDatabase::Open(db);
  if (!database.ok()) return WithDatabaseHint(database.error());
  return database;
}

namespace {

// --format NAME; the earlier flags say the same.
Result<std::string> FormatOf(const TableArguments& arguments) {
  std::vector<std::string> asked;
  if (!arguments.format.empty()) asked.push_back(arguments.format);
  if (arguments.json) asked.emplace_back("json");
  if (arguments.csv) asked.emplace_back("csv");
  if (arguments.markdown) asked.emplace_back("markdown");
  if (asked.size() > 1) return Invalid("--format, --json, --csv and --markdown: choose one");
  if (asked.empty()) return std::string("text");
  const std::vector<std::string>& known = TableFormats();
  if (std::find(known.begin(), known.end(), asked.front()) == known.end()) {
    return Invalid("--format: no format '" + asked.front() + "'" + NameHint(asked.front(), known));
  }
  return asked.front();
}

void Print(const std::string& format, const ResultTable& table) {
  if (format == "json") {
    PrintJson(TableJson(table));
  } else if (format == "csv") {
    PrintData(RenderCsv(table));
  } else if (format == "markdown") {
    PrintData(RenderMarkdown(table));
  } else if (format == "latex") {
    PrintData(RenderLatex(table));
  } else if (format == "html") {
    PrintData(RenderHtmlPage(table));
  } else {
    PrintText(RenderText(table));
  }
}

void PrintQueries(const std::string& format, const std::vector<ColumnQuery>& queries) {
  if (format != "json") return PrintData(RenderQueries(queries));
  Json list = Json::MakeArray();
  for (const ColumnQuery& query : queries) {
    list.Append(
        Json::MakeObject({{"column", query.column}, {"title", query.title}, {"sql", query.sql}}));
  }
  PrintJson(list);
}

}  // namespace

VerbResult TableVerb(const GlobalArguments& global, const TableArguments& arguments) {
  HONE_ASSIGN(const std::string format, FormatOf(arguments));
  TableOptions options;
  options.by = arguments.by_category ? "category" : arguments.by;
  options.group = arguments.group;
  options.extras = arguments.extras;
  for (const std::string& list : arguments.columns) {
    for (const std::string_view name : Split(list, ',')) options.columns.emplace_back(Trim(name));
  }
  HONE_TRY(CheckTableOptions(options));
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  HONE_ASSIGN(const ResultTable table, MakeResultTable(*database, arguments.experiment, options));
  if (arguments.queries) {
    PrintQueries(format, TableQueries(table));
  } else {
    Print(format, table);
  }
  return ExitCode::kComplete;
}

Status PrintResultTable(const std::string& db, const std::string& experiment, bool json) {
  HONE_ASSIGN(const auto database, OpenResults(db));
  HONE_ASSIGN(const ResultTable table, MakeResultTable(*database, experiment, TableOptions()));
  if (json) {
    PrintJson(TableJson(table));
  } else {
    PrintText(RenderText(table));
  }
  // Spend, retries and time depend on how the run went, so they are no part of the data on stdout.
  HONE_ASSIGN(const std::vector<std::string> lines, SummaryLines(*database, table.experiment));
  for (const std::string& line : lines) Report(Tone::kPlain, line);
  return Ok{};
}

}  // namespace hone
