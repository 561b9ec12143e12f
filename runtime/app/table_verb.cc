// hone table: the results of an experiment, with intervals and paired differences.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/list.h"
#include "report/render_csv.h"
#include "report/render_json.h"
#include "report/render_markdown.h"
#include "report/render_text.h"
#include "report/result_table.h"
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

VerbResult TableVerb(const GlobalArguments& global, const TableArguments& arguments) {
  if (arguments.json + arguments.csv + arguments.markdown > 1) {
    return Invalid("--json, --csv and --markdown: choose one");
  }
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  TableOptions options;
  if (arguments.by_category) options.by = "category";
  HONE_ASSIGN(const ResultTable table, MakeResultTable(*database, arguments.experiment, options));
  if (arguments.json) {
    PrintJson(TableJson(table));
  } else if (arguments.csv) {
    PrintData(RenderCsv(table));
  } else if (arguments.markdown) {
    PrintData(RenderMarkdown(table));
  } else {
    PrintText(RenderText(table));
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
