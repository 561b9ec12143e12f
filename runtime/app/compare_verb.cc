// hone compare: two runs, arms or experiments, item by item; or their skills, prompts or settings.
#include "app/result_output.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "report/compare.h"
#include "store/read_database.h"

namespace hone {

VerbResult CompareVerb(const GlobalArguments& global, const CompareArguments& arguments) {
  if (arguments.skill + arguments.prompts + arguments.config > 1) {
    return Invalid("--skill, --prompts and --config: choose one");
  }
  HONE_ASSIGN(const auto database, OpenResults(global.db));
  const std::string& a = arguments.a;
  const std::string& b = arguments.b;
  const bool runs = !arguments.skill && !arguments.prompts && !arguments.config;
  const Result<Json> found = runs                ? CompareRuns(*database, {a, b, arguments.all})
                             : arguments.skill   ? CompareSkills(*database, a, b)
                             : arguments.prompts ? ComparePrompts(*database, a, b)
                                                 : CompareConfigs(*database, a, b);
  if (!found.ok()) return found.error();
  if (arguments.json) {
    PrintJson(*found);
  } else {
    PrintText(runs ? RenderCompare(*found) : RenderDifferences(*found));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
