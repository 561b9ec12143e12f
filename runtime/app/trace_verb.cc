// hone trace: from a cell of the table down to the prompts behind it.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/outline.h"
#include "report/trace.h"
#include "report/why.h"
#include "store/read_database.h"

namespace hone {

namespace {

VerbResult PrintTrace(const Json& trace, const TraceArguments& arguments) {
  if (arguments.json) {
    PrintJson(trace);
  } else {
    OutlineOptions options;
    options.full = arguments.full;
    PrintText(RenderOutline(trace, options));
  }
  return ExitCode::kComplete;
}

}  // namespace

VerbResult TraceVerb(const GlobalArguments& global, const TraceArguments& arguments) {
  if (!arguments.against.empty() && !arguments.why) {
    return Invalid("--against says what --why compares with: give both");
  }
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  if (arguments.why) {
    WhyQuery why;
    why.experiment = arguments.experiment;
    why.arm = arguments.arm;
    why.item = arguments.item;
    why.replicate = arguments.replicate;
    why.against = arguments.against;
    HONE_ASSIGN(const Json reasons, Why(*database, why));
    return PrintTrace(reasons, arguments);
  }
  TraceQuery query;
  query.experiment = arguments.experiment;
  query.arm = arguments.arm;
  query.item = arguments.item;
  query.task = arguments.task;
  query.replicate = arguments.replicate;
  HONE_ASSIGN(const Json trace, Trace(*database, query));
  return PrintTrace(trace, arguments);
}

}  // namespace hone
