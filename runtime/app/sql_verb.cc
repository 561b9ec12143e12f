// hone sql: one read-only query with limits. The guards are the store's (readonly_sql.h).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/installation.h"
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "base/text.h"
#include "report/render_html.h"
#include "report/render_latex.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/sql_view.h"
#include "store/readonly_sql.h"

namespace hone {
namespace {

// --format NAME; the earlier flags say the same.
Result<std::string> FormatOf(const SqlArguments& arguments) {
  const int asked = (arguments.format.empty() ? 0 : 1) + arguments.json + arguments.csv;
  if (asked > 1) return Invalid("--format, --json and --csv: choose one");
  if (arguments.json) return std::string("json");
  if (arguments.csv) return std::string("csv");
  if (arguments.format.empty()) return std::string("text");
  const std::vector<std::string>& known = TableFormats();
  if (std::find(known.begin(), known.end(), arguments.format) == known.end()) {
    return Invalid("--format: no format '" + arguments.format + "'" +
                   NameHint(arguments.format, known));
  }
  return arguments.format;
}

void Print(const std::string& format, const SqlTable& table) {
  if (format == "json") {
    PrintJson(SqlObjects(table));
  } else if (format == "csv") {
    PrintData(RenderSqlCsv(table));
  } else if (format == "markdown") {
    PrintData(RenderMarkdownBlock(SqlView(table)));
  } else if (format == "latex") {
    PrintData(RenderLatexBlock(SqlView(table)));
  } else if (format == "html") {
    PrintData(RenderHtmlBlock(SqlView(table)));
  } else {
    PrintText(RenderTextBlock(SqlView(table)));
  }
}

// results/queries/NAME.sql of the folder that Hone is used in, else of Hone's own files.
Result<std::string> NamedQuery(const std::string& name) {
  namespace fs = std::filesystem;
  const std::string file = "results/queries/" + name + ".sql";
  std::vector<std::string> known;
  std::vector<fs::path> roots = {"."};
  if (const Result<Installation> found = Installation::Find(); found.ok()) {
    roots.emplace_back(found->home);
  }
  for (const fs::path& root : roots) {
    if (std::ifstream in(root / file, std::ios::binary); in) {
      return std::string(std::istreambuf_iterator<char>(in), {});
    }
    std::error_code ignored;
    for (fs::directory_iterator at(root / "results/queries", ignored), end; at != end;
         at.increment(ignored)) {
      if (at->path().extension() == ".sql") known.push_back(at->path().stem().string());
    }
  }
  std::sort(known.begin(), known.end());
  return Fail(ErrorCode::kNotFound, file + ": no such query" + NameHint(name, known));
}

Result<std::string> QueryText(const std::string& query) {
  if (query == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  if (!query.starts_with("@")) return query;
  const std::string name = query.substr(1);
  if (name.find('/') != std::string::npos) return Invalid("@" + name + " is no query's name");
  return NamedQuery(name);
}

// name=value; a value that reads as a number is one.
Result<Json> Parameters(const std::vector<std::string>& arguments) {
  Json parameters;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Invalid("'" + argument + "' is no parameter of the query: expected name=value");
    }
    const std::string text = argument.substr(equals + 1);
    const Result<Json> number = Json::Parse(text);
    const bool is_number = number.ok() && number.value().is_number();
    parameters.Set(argument.substr(0, equals), is_number ? number.value() : Json(text));
  }
  return parameters;
}

}  // namespace

VerbResult SqlVerb(const GlobalArguments& global, const SqlArguments& arguments) {
  HONE_ASSIGN(const std::string format, FormatOf(arguments));
  HONE_ASSIGN(const std::string query, QueryText(arguments.query));
  HONE_ASSIGN(const Json parameters, Parameters(arguments.parameters));
  ReadonlySql::Limits limits;
  limits.max_rows = arguments.max_rows;
  limits.time_limit_ms = arguments.time_limit_ms;
  const auto database = ReadonlySql::Open(global.db);
  if (!database.ok()) return WithDatabaseHint(database.error());
  SqlTable table;
  HONE_ASSIGN(const ReadonlySql::Outcome outcome,
              (*database)->Run(query, parameters, limits,
                               [&table](const std::vector<std::string>&, std::vector<Json> row) {
                                 table.rows.push_back(std::move(row));
                                 return true;
                               }));
  table.columns = outcome.columns;
  Print(format, table);
  if (outcome.truncated) {
    Report(Tone::kWarning,
           "only the first " + std::to_string(outcome.rows) + " rows; --rows N allows more");
  }
  return ExitCode::kComplete;
}

}  // namespace hone
