#include "engine/experiment_run.h"

#include <algorithm>

namespace hone {
namespace {

// Cells that a later run may still finish. Those that failed fail again.
bool IsOpen(const CellEnd& cell) {
  return cell.status != "finished" && cell.status != "failed" && cell.status != "pruned";
}

// Candidates of a single unit have no rungs of items: they are compared at steps of their progress.
std::optional<ProgressBarrier::Options> BarrierOf(const LoadedExperiment& loaded) {
  const SearchSpec& spec = loaded.search->spec;
  if (spec.method != "halving" && spec.method != "racing") return std::nullopt;
  ProgressBarrier::Options out;
  out.arms = loaded.search->candidates;
  out.replicates = loaded.experiment.seeds.size();
  out.eta = spec.eta;
  out.first = std::max<int64_t>(1, spec.rung);
  return out;
}

}  // namespace

Status CheckShardable(const LoadedExperiment& loaded, const Shard& shard) {
  if (shard.is_whole() || !loaded.search) return Ok{};
  const std::string& method = loaded.search->spec.method;
  if (method == "grid" || method == "random") return Ok{};
  return Invalid("--shard: a search by " + method +
                 " decides at barriers that need the results of all parts; run it in one process, "
                 "or shard search.method = \"random\"");
}

ExperimentRun::ExperimentRun(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner,
                             Store* store, const LoadedExperiment* loaded, SessionOptions options,
                             Session::Hooks hooks)
    : loop_(loop),
      clock_(clock),
      spawner_(spawner),
      store_(store),
      loaded_(loaded),
      options_(std::move(options)),
      hooks_(std::move(hooks)) {}

ExperimentRun::~ExperimentRun() = default;

void ExperimentRun::Interrupt() {
  if (session_) session_->Interrupt();
}

SessionEnd ExperimentRun::Run() { return loaded_->search ? RunSearch() : RunSession(options_); }

SessionEnd ExperimentRun::RunSession(SessionOptions options) {
  session_ = std::make_unique<Session>(loop_, clock_, spawner_, store_, loaded_, std::move(options),
                                       hooks_);
  SessionEnd end = session_->Run();
  session_.reset();
  AddUp(end);
  end.progress = total_;
  return end;
}

void ExperimentRun::AddUp(const SessionEnd& end) {
  const Progress& progress = end.progress;
  total_.cells_planned += progress.cells_planned;
  total_.cells_done += progress.cells_done;
  total_.cells_recalled += progress.cells_recalled;
  total_.cells_missing += progress.cells_missing;
  total_.calls_new += progress.calls_new;
  total_.calls_reused += progress.calls_reused;
  total_.retries += progress.retries;
  total_.unknown += progress.unknown;
  total_.spent += progress.spent;
  total_.possible = progress.possible;
}

SessionEnd ExperimentRun::RunSearch() {
  Search search(*loaded_);
  if (search.selection_items() == 0) {
    SessionEnd end;
    end.status = "failed";
    end.error = Invalid(loaded_->experiment.file +
                        ": search: none of the items that --limit or --only left has selection "
                        "tasks, so there is nothing to choose by");
    return end;
  }
  store_->Write(ForgetDecisions{loaded_->hash});
  while (const std::optional<SearchRound> round = search.Next()) {
    SessionOptions options = RoundOptions(*round);
    if (search.is_of_one_unit()) options.barrier = BarrierOf(*loaded_);
    const SessionEnd end = RunSession(std::move(options));
    if (!TakeOutFailed(end, &search)) return end;
    if (!options_.shard.is_whole()) return end;  // the run after the merge chooses
    search.TakePruning(end.pruning);
    Write(search.Decide(ScoresOf(end)));
  }
  return RunReport(search.winner());
}

SessionOptions ExperimentRun::RoundOptions(const SearchRound& round) const {
  SessionOptions options = options_;
  options.is_last = !options_.shard.is_whole();
  options.cells.emplace();
  for (std::size_t seed = 0; seed < loaded_->experiment.seeds.size(); ++seed) {
    for (const std::size_t arm : round.arms) {
      for (const std::size_t item : round.items) {
        const CellName cell{arm, seed, item};
        if (IsInShard(*loaded_, cell, options_.shard)) {
          options.cells->push_back({cell, true, false});
        }
      }
    }
  }
  return options;
}

bool ExperimentRun::TakeOutFailed(const SessionEnd& end, Search* search) {
  if (end.status == "complete") return true;
  const bool is_open = std::any_of(end.cells.begin(), end.cells.end(), IsOpen);
  if (end.status != "incomplete" || is_open) return false;
  std::map<std::size_t, std::pair<int64_t, std::string>> failed;  // by arm
  for (const CellEnd& cell : end.cells) {
    if (cell.status != "failed") continue;
    if (cell.name.arm == loaded_->search->base) return false;  // nothing to compare with
    auto& [count, reason] = failed[cell.name.arm];
    if (count++ == 0) reason = cell.reason.substr(0, cell.reason.find('\n'));
  }
  for (const auto& [arm, why] : failed) {
    const auto& [count, reason] = why;
    search->Remove(arm, "drop",
                   std::to_string(count) + (count == 1 ? " cell" : " cells") + " failed: " + reason,
                   Json::MakeObject({{"failed", Json(count)}}));
  }
  failed_.insert(failed_.end(), end.missing.begin(), end.missing.end());
  return true;
}

Search::Scores ExperimentRun::ScoresOf(const SessionEnd& end) {
  Search::Scores out;
  for (const CellEnd& cell : end.cells) {
    if (cell.status != "finished" || !cell.select_key) continue;
    ItemScore& score = out[{cell.name.arm, cell.name.item}];
    score.tasks += static_cast<int64_t>(loaded_->items[cell.name.item].select_hashes.size());
    const Result<std::vector<Json>> attempts = store_->RowsOf(*cell.select_key, "attempts");
    for (const Json& attempt : attempts.ok() ? *attempts : std::vector<Json>()) {
      const bool is_solved = attempt["graded"].AsInt() != 0 && attempt["solved"].AsInt() != 0;
      score.solved += is_solved ? 1 : 0;
    }
  }
  return out;
}

void ExperimentRun::Write(const std::vector<SearchDecision>& decisions) {
  for (const SearchDecision& decision : decisions) {
    const std::string& arm = loaded_->arms[decision.arm].spec.name;
    store_->Write(PutDecision{loaded_->hash, decision.rung, arm, decision.action, decision.reason,
                              decision.evidence.Dump()});
    if (hooks_.on_log && decision.action != "keep") {
      hooks_.on_log(LogLevel::kInfo, "rung " + std::to_string(decision.rung) + ": " + arm + ": " +
                                         decision.action + ": " + decision.reason);
    }
  }
}

// The declared arms on what is reported, and the winner beside them.
SessionEnd ExperimentRun::RunReport(std::size_t winner) {
  SessionOptions options = options_;
  options.cells.emplace();
  for (const CellName& cell : PlanCells(*loaded_, {})) {
    options.cells->push_back({cell, false, true});
    if (cell.arm != loaded_->search->base || winner == cell.arm) continue;
    options.cells->push_back({{winner, cell.seed, cell.item}, false, true});
  }
  SessionEnd end = RunSession(std::move(options));
  if (failed_.empty()) return end;
  end.missing.insert(end.missing.begin(), failed_.begin(), failed_.end());
  if (end.status != "complete") return end;
  end.status = "incomplete";
  store_->Write(EndExperiment{loaded_->hash, end.status, clock_->NowMs()});
  return end;
}

}  // namespace hone
