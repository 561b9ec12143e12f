// hone run: an experiment from its file to its table. The same command again continues.
#include <algorithm>
#include <filesystem>

#include "adapters/git_folder.h"
#include "adapters/signal_watch.h"
#include "app/progress_bar.h"
#include "app/rejudge.h"
#include "app/result_output.h"
#include "app/run_loaded.h"
#include "app/slurm_launcher.h"
#include "app/terminal.h"
#include "app/verbs.h"
#include "app/workbench.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/experiment_run.h"
#include "report/list.h"
#include "store/store.h"

namespace hone {
namespace {

constexpr std::size_t kMissingShown = 20;

ExitCode ExitCodeOfSession(const SessionEnd& end) {
  if (end.status == "complete") return ExitCode::kComplete;
  if (end.status == "budget") return ExitCode::kBudget;
  if (end.status == "interrupted") return ExitCode::kInterrupted;
  // A key that the provider refused is for the user to mend; everything else can be continued.
  if (end.error.code == ErrorCode::kCredentials) return ExitCode::kCredentials;
  if (end.status == "incomplete") return ExitCode::kIncomplete;
  return ExitCodeOf(end.error.code);
}

// One line for all cells that are missing for the same reason. Tracebacks were shown when they
// happened, and are in the units table.
void ReportMissing(const SessionEnd& end) {
  struct Group {
    std::string what;
    std::vector<std::string> cells;
  };
  std::vector<Group> groups;
  for (const auto& cell : end.missing) {
    const std::string reason = cell.reason.substr(0, cell.reason.find('\n'));
    const std::string what = cell.status + (reason.empty() ? "" : ": " + reason);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& other) { return other.what == what; });
    if (group == groups.end()) group = groups.insert(group, Group{what, {}});
    group->cells.push_back(cell.label);
  }
  for (std::size_t i = 0; i < groups.size() && i < kMissingShown; ++i) {
    const std::vector<std::string>& cells = groups[i].cells;
    std::string which =
        Join({cells.begin(), cells.begin() + std::min<std::ptrdiff_t>(3, std::ssize(cells))}, ", ");
    if (cells.size() > 3) which += " and " + std::to_string(cells.size() - 3) + " more";
    Report(Tone::kWarning, "missing: " + which + ": " + groups[i].what);
  }
  if (groups.size() > kMissingShown) {
    Report(Tone::kWarning, "missing for " + std::to_string(groups.size() - kMissingShown) +
                               " more reasons; hone ls lists the runs");
  }
}

std::string Advice(const SessionEnd& end) {
  if (end.status == "budget") {
    return "raise the budget and run the same command again; nothing that was paid for is lost";
  }
  for (const auto& cell : end.missing) {
    if (cell.status != "diverged") continue;
    return "undo the edit, or go on with the new program: the same command with "
           "--accept-divergence";
  }
  for (const auto& cell : end.missing) {
    if (cell.status != "failed") continue;
    return "mend what failed and run the same command again; nothing on record is bought twice";
  }
  return "run the same command again to continue";
}

void ReportEnd(const SessionEnd& end, int64_t elapsed_ms) {
  const Progress& progress = end.progress;
  std::string line = end.status + ": " + std::to_string(progress.cells_done) + " of " +
                     std::to_string(progress.cells_planned) + " cells, " +
                     std::to_string(progress.calls_new) + " new calls, " +
                     std::to_string(progress.calls_reused) + " reused, " +
                     std::to_string(progress.retries) + " retries, spent " + progress.spent.Text();
  if (progress.unknown > 0) {
    line += ", " + std::to_string(progress.unknown) + " calls of unknown outcome, possibly " +
            progress.possible.Text() + " more";
  }
  line += ", " + DurationText(elapsed_ms);
  Report(end.status == "complete" ? Tone::kGood : Tone::kWarning, line);
  if (end.status == "complete") return;
  const bool is_told = std::any_of(end.missing.begin(), end.missing.end(), [&](const auto& cell) {
    return cell.reason == end.error.message;
  });
  if (!is_told && !end.error.message.empty()) Report(Tone::kWarning, end.error.message);
  Report(Tone::kPlain, Advice(end));
}

// The arguments of a `hone run` of its own that means the same experiment.
std::vector<std::string> ArgumentsOf(const RunArguments& run) {
  const ExperimentArguments& experiment = run.experiment;
  std::vector<std::string> out = {experiment.file};
  out.insert(out.end(), experiment.overrides.begin(), experiment.overrides.end());
  const auto repeat = [&out](const std::string& option, const std::vector<std::string>& values) {
    for (const std::string& value : values) out.push_back(option + "=" + value);
  };
  repeat("--arm", experiment.arms);
  repeat("--only", experiment.only);
  repeat("--endpoint", experiment.endpoints);
  repeat("--ledger", experiment.ledgers);
  if (!experiment.config.empty()) out.push_back("--config=" + experiment.config);
  repeat("--cfg-options", experiment.config_options);
  if (experiment.limit) out.push_back("--limit=" + std::to_string(*experiment.limit));
  if (run.offline) out.emplace_back("--offline");
  if (run.accept_divergence) out.emplace_back("--accept-divergence");
  if (run.retry_recorded) out.emplace_back("--retry-recorded");
  return out;
}

// The experiment of a file or a recipe; with --rejudge a recorded one, with another judge.
Result<LoadedExperiment> LoadFor(const GlobalArguments& global, const RunArguments& arguments,
                                 Workbench* workbench) {
  if (arguments.rejudge.empty()) {
    if (arguments.experiment.file.empty()) {
      return Invalid("hone run: name an experiment file or a recipe");
    }
    return workbench->Load(arguments.experiment);
  }
  // The first word after the options is an override here.
  ExperimentArguments experiment = arguments.experiment;
  std::vector<std::string> overrides = experiment.overrides;
  if (!experiment.file.empty()) overrides.insert(overrides.begin(), experiment.file);
  HONE_ASSIGN(LoadOptions options, workbench->PlainOptions(experiment));
  {
    HONE_ASSIGN(const auto database, OpenResults(global.db));
    HONE_TRY(SetRejudge(*database, arguments.rejudge, overrides, &options));
  }
  HONE_ASSIGN(LoadedExperiment loaded, workbench->Load(options));
  for (LoadedArm& arm : loaded.arms) arm.spec.origin = "rejudge";
  return loaded;
}

VerbResult Launch(const GlobalArguments& global, const RunArguments& arguments,
                  const LoadedExperiment& loaded) {
  std::error_code error;
  SlurmJob job;
  job.program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (error) return Fail(ErrorCode::kInternal, "/proc/self/exe: " + error.message());
  job.db = global.db;
  job.arguments = ArgumentsOf(arguments);
  job.sbatch = arguments.sbatch;
  job.name = "hone-" + loaded.experiment.name;
  job.shards = arguments.shards;
  job.budget = loaded.experiment.budget.whole.usd;
  SlurmLauncher launcher(job, [](const std::string& line) { Report(Tone::kPlain, line); });
  if (arguments.detach) {
    HONE_ASSIGN(const std::string ids, launcher.Submit());
    Report(Tone::kPlain, "submitted jobs " + ids + "; hone table shows what is merged");
    return ExitCode::kComplete;
  }
  HONE_ASSIGN(const int code, launcher.Run());
  HONE_TRY(PrintResultTable(global.db, loaded.hash.Hex(), arguments.json));
  return static_cast<ExitCode>(code);
}

}  // namespace

VerbResult RunVerb(const GlobalArguments& global, const RunArguments& arguments) {
  HONE_ASSIGN(const auto workbench, Workbench::Make(arguments.experiment.endpoints));
  HONE_ASSIGN(LoadedExperiment loaded, LoadFor(global, arguments, workbench.get()));
  HONE_TRY(OpenModels(&workbench->models(), arguments.experiment.arms, &loaded));
  if (!arguments.launcher.empty()) return Launch(global, arguments, loaded);
  return RunLoaded(global, arguments, workbench.get(), &loaded, [&](const std::string& hash) {
    return PrintResultTable(global.db, hash, arguments.json);
  });
}

VerbResult RunLoaded(const GlobalArguments& global, const RunArguments& arguments,
                     Workbench* workbench, LoadedExperiment* loaded_experiment,
                     const std::function<Status(const std::string& hash)>& print) {
  LoadedExperiment& loaded = *loaded_experiment;
  SessionOptions options;
  if (!arguments.shard.empty()) {
    HONE_ASSIGN(options.shard, ParseShard(arguments.shard));
    HONE_TRY(CheckShardable(loaded, options.shard));
    options.share = 1 / static_cast<double>(options.shard.count);
  }
  options.share = arguments.share.value_or(options.share);
  ShareLimits(options.share, &loaded);

  UvEventLoop& loop = workbench->loop();
  Store::Options store_options;
  store_options.path = global.db;
  store_options.answer_sources = arguments.experiment.ledgers;
  HONE_ASSIGN(auto store, Store::Open(std::move(store_options),
                                      [&loop](auto task) { loop.Post(std::move(task)); }));

  const int64_t started_ms = workbench->clock().MonotonicMs();
  const Terminal& terminal = Terminal::Get();
  ProgressBar bar(terminal.stderr_is_terminal, terminal.columns);
  options.only_arms = arguments.experiment.arms;
  options.accept_divergence = arguments.accept_divergence;
  options.retry_recorded = arguments.retry_recorded;
  options.verify = arguments.verify;
  options.offline = arguments.offline;
  if (!arguments.rejudge.empty()) options.buys_only_role = "judge";
  options.hone_version = HONE_VERSION;
  GitFolders folders(global.db + ".work");
  options.facilities.folders = &folders;
  workbench->OfferContainers(loaded, &options.facilities);
  if (!options.offline) workbench->OfferSearches(&options.facilities);
  const TriesConfig& tries = workbench->config().tries;
  options.max_tries = tries.most;
  options.retry_base_ms = tries.backoff_ms;
  options.retry_after_ceiling_ms = tries.retry_after_ceiling_ms;
  Session::Hooks hooks;
  hooks.on_progress = [&](const Progress& progress) {
    bar.Update(progress, workbench->clock().MonotonicMs());
  };
  hooks.on_log = [](LogLevel level, const std::string& text) { Log(level, text); };

  SessionEnd end;
  {
    ExperimentRun run(&loop, &workbench->clock(), &workbench->spawner(), store.get(), &loaded,
                      std::move(options), std::move(hooks));
    const SignalWatch signals(loop, [&run](int) {
      Report(Tone::kWarning,
             "stopping: waiting for what is in flight; once more to leave it behind");
      run.Interrupt();
    });
    end = run.Run();
  }
  store.reset();  // everything is committed before the table is read
  bar.Finish();

  ReportMissing(end);
  Status printed;
  if (end.status != "failed") {
    printed = print(loaded.hash.Hex());
  }
  ReportEnd(end, workbench->clock().MonotonicMs() - started_ms);
  const ExitCode code = ExitCodeOfSession(end);
  if (!printed.ok() && code == ExitCode::kComplete) return printed.error();
  if (!printed.ok()) Report(Tone::kWarning, "no table yet: " + printed.error().message);
  return code;
}

}  // namespace hone
