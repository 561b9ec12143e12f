// hone plan: units, calls, tokens and price of a run, before anything is sent.
#include <filesystem>

#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "engine/plan.h"
#include "store/store.h"

namespace hone {

VerbResult PlanVerb(const GlobalArguments& global, const PlanArguments& arguments) {
  HONE_ASSIGN(const auto workbench, Workbench::Make(arguments.experiment.endpoints));
  HONE_ASSIGN(const LoadedExperiment loaded, workbench->Load(arguments.experiment));
  // What is on record costs nothing; without a database nothing is.
  std::unique_ptr<Store> store;
  std::error_code trouble;
  if (std::filesystem::exists(global.db, trouble)) {
    Store::Options options;
    options.path = global.db;
    options.answer_sources = arguments.experiment.ledgers;
    UvEventLoop& loop = workbench->loop();
    HONE_ASSIGN(
        store, Store::Open(std::move(options), [&loop](auto task) { loop.Post(std::move(task)); }));
  }
  const Plan plan = MakePlan(loaded, arguments.experiment.arms, store.get());
  if (arguments.json) {
    PrintJson(plan.ToJson());
  } else {
    PrintText(plan.ToText());
  }
  return ExitCode::kComplete;
}

}  // namespace hone
