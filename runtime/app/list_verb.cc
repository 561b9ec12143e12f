// hone ls: the experiments of a database, or the runs of one.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/list.h"
#include "store/read_database.h"

namespace hone {

VerbResult ListVerb(const GlobalArguments& global, const ListArguments& arguments) {
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  Result<Json> list = arguments.experiment.empty() ? ListExperiments(*database)
                                                   : ListRuns(*database, arguments.experiment);
  if (!list.ok()) return list.error();
  if (arguments.json) {
    PrintJson(*list);
  } else {
    PrintText(RenderList(*list));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
