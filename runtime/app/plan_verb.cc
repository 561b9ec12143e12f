// hone plan: units, calls, tokens and price of a run, before anything is sent.
#include <cstdlib>
#include <filesystem>

#include "adapters/git_folder.h"
#include "app/plan_text.h"
#include "app/rehearsal_models.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "engine/plan.h"
#include "store/store.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

// A folder that goes with its owner.
class ScratchFolder {
 public:
  static Result<ScratchFolder> Make() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "hone-plan-XXXXXX").string();
    if (error || mkdtemp(pattern.data()) == nullptr) {
      return Fail(ErrorCode::kIo, pattern + ": no folder could be made for the rehearsal");
    }
    return ScratchFolder(pattern);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Result<Rehearsal> RehearseOn(Workbench* workbench, const PlanArguments& arguments,
                             LoadedExperiment* loaded) {
  RehearsalModels models(workbench->loop(), workbench->models());
  // A plan without a key or a price is still a plan: the stand-ins need neither.
  const BudgetSpec budget = std::exchange(loaded->experiment.budget, {});
  const Status opened = OpenModels(&models, arguments.experiment.arms, loaded);
  loaded->experiment.budget = budget;
  if (!opened.ok()) return opened.error();
  HONE_ASSIGN(const ScratchFolder scratch, ScratchFolder::Make());
  GitFolders folders(scratch.File("workspaces"));
  Facilities facilities;
  facilities.folders = &folders;
  return Rehearse(&workbench->loop(), &workbench->clock(), &workbench->spawner(), *loaded,
                  arguments.experiment.arms, static_cast<std::size_t>(arguments.sample), facilities,
                  scratch.File("rehearsal.db"));
}

}  // namespace

VerbResult PlanVerb(const GlobalArguments& global, const PlanArguments& arguments) {
  HONE_ASSIGN(const auto workbench, Workbench::Make(arguments.experiment.endpoints));
  HONE_ASSIGN(LoadedExperiment loaded, workbench->Load(arguments.experiment));
  Rehearsal rehearsal;
  if (arguments.sample > 0) {
    HONE_ASSIGN(rehearsal, RehearseOn(workbench.get(), arguments, &loaded));
  }
  // What is on record costs nothing; without a database nothing is.
  std::unique_ptr<Store> store;
  std::error_code trouble;
  if (fs::exists(global.db, trouble)) {
    Store::Options options;
    options.path = global.db;
    options.answer_sources = arguments.experiment.ledgers;
    UvEventLoop& loop = workbench->loop();
    HONE_ASSIGN(
        store, Store::Open(std::move(options), [&loop](auto task) { loop.Post(std::move(task)); }));
  }
  const Plan plan = MakePlan(loaded, arguments.experiment.arms, store.get(), rehearsal);
  if (arguments.json) {
    PrintJson(plan.ToJson());
  } else {
    PrintText(PlanText(plan, arguments.by_role));
  }
  return ExitCode::kComplete;
}

}  // namespace hone
