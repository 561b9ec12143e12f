// hone trace: from a cell of the table down to the prompts behind it.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/outline.h"
#include "report/trace.h"
#include "store/read_database.h"

namespace hone {

VerbResult TraceVerb(const GlobalArguments& global, const TraceArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  TraceQuery query;
  query.experiment = arguments.experiment;
  query.arm = arguments.arm;
  query.item = arguments.item;
  query.task = arguments.task;
  query.replicate = arguments.replicate;
  HONE_ASSIGN(const Json trace, Trace(*database, query));
  if (arguments.json) {
    PrintJson(trace);
  } else {
    OutlineOptions options;
    options.full = arguments.full;
    PrintText(RenderOutline(trace, options));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
