// hone report, hone plot: an experiment as one HTML file; one of its drawings as SVG.
#include <fstream>

#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/html_report.h"
#include "report/report_sections.h"

namespace hone {
namespace {

Status WriteTo(const std::string& file, const std::string& bytes) {
  if (file == "-") {
    PrintData(bytes);
    return Ok{};
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  if (!out) return Fail(ErrorCode::kIo, file + ": cannot be written");
  Report(Tone::kPlain, "wrote " + file);
  return Ok{};
}

}  // namespace

VerbResult ReportVerb(const GlobalArguments& global, const ReportArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  HtmlReportOptions options;
  options.cases = static_cast<int>(arguments.cases);
  HONE_ASSIGN(const std::string page, RenderHtmlReport(*database, arguments.experiment, options));
  HONE_TRY(WriteTo(arguments.file, page));
  return ExitCode::kComplete;
}

VerbResult PlotVerb(const GlobalArguments& global, const PlotArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  HONE_ASSIGN(const ResultTable table, MakeResultTable(*database, arguments.experiment, {}));
  HONE_ASSIGN(const ReportSection section, MakeSection(*database, table, arguments.plot, true));
  if (section.figure.empty()) {
    return Fail(ErrorCode::kNotFound, "experiment '" + table.experiment.name +
                                          "' has nothing on record for the plot '" +
                                          arguments.plot + "'");
  }
  HONE_TRY(WriteTo(arguments.file, section.figure));
  return ExitCode::kComplete;
}

}  // namespace hone
