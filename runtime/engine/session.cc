// The life of a session: plan, guard, pump, end. What happens to a single cell is in
// session_cells.cc.
#include "engine/session.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kTickMs = 200;
constexpr int64_t kInterruptPatienceMs = 60'000;

}  // namespace

Session::Session(EventLoop* loop, Clock* clock, ScriptProcessSpawner* spawner, Store* store,
                 const LoadedExperiment* loaded, SessionOptions options, Hooks hooks)
    : loop_(loop),
      clock_(clock),
      spawner_(spawner),
      store_(store),
      loaded_(loaded),
      options_(std::move(options)),
      hooks_(std::move(hooks)) {}

Session::~Session() {
  *alive_ = false;
  if (tick_ != 0) loop_->CancelTimer(tick_);
}

SessionEnd Session::Run() {
  progress_.started_ms = clock_->MonotonicMs();
  OpenBudget();
  CallBroker::Options broker_options;
  broker_options.may_send = !options_.offline;
  broker_options.retry_base_ms = options_.retry_base_ms;
  broker_options.max_tries = options_.max_tries;
  broker_options.retry_after_ceiling_ms = options_.retry_after_ceiling_ms;
  broker_options.on_notice = [this](const std::string& text) {
    if (hooks_.on_log) hooks_.on_log(LogLevel::kWarn, text);
  };
  broker_ = std::make_unique<CallBroker>(loop_, clock_, store_, budget_.get(), &progress_,
                                         broker_options);
  broker_->OnQuiet([this] { MaybeFinish(); });
  desk_ = std::make_unique<EffectDesk>(
      EffectDesk::Options{options_.facilities, clock_, store_->file_uid(), &loaded_->assets});
  desk_->OnQuiet([this] { MaybeFinish(); });
  store_->OnTrouble([this, alive = alive_](const Error& error) {
    if (!*alive) return;
    if (!has_error_) first_error_ = error;
    has_error_ = true;
    stopping_ = true;
    broker_->StopSending(Fail(ErrorCode::kCancelled, error.message));
    MaybeFinish();
  });
  if (options_.barrier) barrier_ = std::make_unique<ProgressBarrier>(*options_.barrier);
  RecordPlan();
  FindGuarded();
  loop_->Post([this] { Pump(); });
  Tick();
  while (!finished_) loop_->Run();
  SessionEnd end;
  end.error = first_error_;
  for (const Cell& cell : cells_) {
    CellEnd ended{cell.task.name, "finished", "", {}, cell.select_key};
    if (cell.has_unit) ended.unit_key = cell.unit_key;
    if (cell.is_pruned) {
      ended.status = "pruned";
    } else if (cell.state != CellState::kDone) {
      ended.status = cell.end.status.empty() ? "not started" : cell.end.status;
      ended.reason = cell.end.error.message;
      end.missing.push_back({CellLabel(*loaded_, cell.task.name), ended.status, ended.reason});
    }
    end.cells.push_back(std::move(ended));
  }
  end.pruning = pruning_;
  if (end.missing.empty() && !has_error_) {
    end.status = "complete";
  } else if (has_error_ && first_error_.code == ErrorCode::kOverBudget) {
    end.status = "budget";
  } else if (interrupts_ > 0) {
    end.status = "interrupted";
  } else {
    end.status = "incomplete";
  }
  const bool goes_on = !options_.is_last && end.status == "complete";
  if (!goes_on) store_->Write(EndExperiment{loaded_->hash, end.status, clock_->NowMs()});
  bool flushed = false;
  store_->Flush([&](const Status& status) {
    if (!status.ok() && !has_error_) {
      end.error = status.error();
      end.status = "failed";
    }
    flushed = true;
    loop_->Stop();
  });
  while (!flushed) loop_->Run();
  end.progress = progress_;
  return end;
}

// With what earlier sessions have spent or may owe already booked.
void Session::OpenBudget() {
  const std::string& name = loaded_->experiment.name;
  LedgerSummary ledger;
  if (Result<LedgerSummary> summary = store_->Summary(name); summary.ok()) ledger = *summary;
  const BudgetSpec limits = loaded_->experiment.budget.Share(options_.share);
  budget_ = std::make_unique<Budget>(limits, ledger.spent + ledger.possible,
                                     ledger.answered + ledger.unknown);
  if (!limits.is_divided()) return;
  const Result<std::vector<SpendRow>> rows = store_->SpendOf(name);
  if (!rows.ok()) return;
  for (const SpendRow& row : *rows) {
    budget_->BookEarlier({row.arm, row.model.substr(0, row.model.find('/')), row.unit_key},
                         row.spent, row.calls);
  }
}

// Units with a record: they are compared with it before anything is sent. An earlier version of the
// program that did not complete counts as a record too.
void Session::FindGuarded() {
  for (Cell& cell : cells_) {
    const CellName maker = SkillMaker(*loaded_, cell.task.name);
    UnitSpec spec = RecipeUnit(*loaded_, maker);
    if (guarded_.count(spec.unit_key) == 0) {
      if (!PrepareRecorded(maker, &spec).ok()) continue;
      if (spec.recorded.empty() && spec.journal.empty()) continue;
      guarded_.emplace(spec.unit_key, std::move(spec));
    }
    cell.is_guarded = true;
  }
  guards_open_ = static_cast<int>(guarded_.size());
  if (guards_open_ == 0) return;
  broker_->HoldSends(true);
  desk_->Hold(true);
  std::stable_partition(queue_.begin(), queue_.end(),
                        [this](std::size_t index) { return cells_[index].is_guarded; });
}

// Nothing recorded means nothing to compare: a finished unit is recalled instead (unless
// verifying).
Status Session::PrepareRecorded(const CellName& cell, UnitSpec* spec) {
  HONE_ASSIGN(const std::optional<StoredUnit> unit, store_->FindUnit(spec->unit_key));
  if (unit) {
    const bool is_finished = unit->status == "finished";
    if (is_finished && !options_.verify && !options_.retry_recorded) return Ok{};
    HONE_ASSIGN(spec->recorded, store_->UsesOf(spec->unit_key));
    HONE_ASSIGN(spec->journal, store_->JournalOf(spec->unit_key));
    if (options_.retry_recorded && ForgetFailures(spec)) return Ok{};
    if (is_finished && !options_.verify) {
      spec->recorded.clear();
      spec->journal.clear();
      return Ok{};
    }
    // One that diverged has got nowhere: it is held against the same record until that is accepted.
    const bool has_record = !spec->recorded.empty() || !spec->journal.empty();
    if (unit->status != "diverged" && has_record) return Ok{};
  }
  HONE_ASSIGN(std::optional<Predecessor> earlier,
              store_->FindPredecessor(loaded_->experiment.name, loaded_->arms[cell.arm].spec.name,
                                      spec->replicate, spec->name, spec->unit_key));
  if (earlier) {
    spec->recorded = std::move(earlier->uses);
    HONE_ASSIGN(spec->journal, store_->JournalOf(earlier->unit_key));
    spec->is_predecessor = true;
  }
  return Ok{};
}

// From the first failure of each path on. False: there is none.
bool Session::ForgetFailures(UnitSpec* spec) {
  if (retried_.contains(spec->unit_key)) return false;
  std::map<std::string, int64_t> first;
  for (const auto& [place, entry] : spec->journal) {
    const Result<Json> form = Json::Parse(entry.result_json);
    if (form.ok() && IsInfrastructureFailure(*form)) first.emplace(place.first, place.second);
  }
  for (const auto& [path, ordinal] : first) {
    store_->Write(ForgetFrom{spec->unit_key, path, ordinal});
    const auto is_forgotten = [&path = path, &ordinal = ordinal](const auto& entry) {
      return IsForgotten(entry.first, path, ordinal);
    };
    std::erase_if(spec->journal, is_forgotten);
    std::erase_if(spec->recorded, is_forgotten);
  }
  if (!first.empty()) retried_.emplace(spec->unit_key, false);
  return !first.empty();
}

bool Session::IsRecalled(const StoredUnit& unit, const Hash& unit_key) const {
  const auto retried = retried_.find(unit_key);
  const bool is_open = retried != retried_.end() && !retried->second;
  return unit.status == "finished" && !options_.verify && !is_open;
}

// A guarded unit has compared what it can, or has ended. When all have, sending begins; when one
// diverged, nothing is sent at all.
void Session::OnGuardStep(const Hash& unit_key) {
  if (guarded_.erase(unit_key) == 0) return;
  if (--guards_open_ > 0) return;
  if (!diverged_) {
    broker_->HoldSends(false);
    desk_->Hold(false);
    return Pump();
  }
  stopping_ = true;
  const Error why = Fail(ErrorCode::kCancelled, "stopped: another unit diverged from its record");
  broker_->StopSending(why);
  desk_->Stop(why);
  MaybeFinish();
}

void Session::Pump() {
  if (pumping_) return;
  pumping_ = true;
  while (!queue_.empty() && !stopping_) {
    int running = 0;
    for (const auto& [key, active] : active_) {
      const bool waits = (active.passed_guard && IsGuarding()) || active.unit->is_held();
      running += waits ? 0 : 1;
    }
    if (running >= options_.concurrency) break;
    const std::size_t next = queue_.front();
    if (IsGuarding() && !cells_[next].is_guarded) break;  // only units with a record start now
    queue_.pop_front();
    StartCell(next);
  }
  pumping_ = false;
  MaybeFinish();
}

void Session::Interrupt() {
  ++interrupts_;
  stopping_ = true;
  if (interrupts_ > 1) return broker_->CancelInFlight();
  StopEffects(Fail(ErrorCode::kCancelled, "interrupted"));
  if (!has_error_) {
    first_error_ = Fail(ErrorCode::kCancelled, "interrupted; the same command continues");
    has_error_ = true;
  }
  broker_->StopSending(Fail(ErrorCode::kCancelled, "interrupted"));
  // What is in flight is paid for and worth some patience, but not an endless one.
  loop_->After(kInterruptPatienceMs, [this, alive = alive_] {
    if (*alive) broker_->CancelInFlight();
  });
  loop_->Post([this, alive = alive_] {
    if (*alive) MaybeFinish();
  });
}

// Commands in containers are done again at no cost: nothing of them is awaited.
void Session::StopEffects(const Error& why) {
  desk_->Stop(why);
  std::vector<std::shared_ptr<UnitRun>> units;
  for (const auto& [key, active] : active_) units.push_back(active.unit);
  for (const std::shared_ptr<UnitRun>& unit : units) {
    if (unit->executes_effects()) unit->Stop("stopped", why);
  }
}

void Session::MaybeFinish() {
  if (finished_ || pumping_) return;
  if (stopping_ && barrier_) AbandonBarrier(first_error_);
  if (barrier_ && IsAnyWaiting()) return;  // for a barrier that is about to be settled
  if (!active_.empty() || broker_->in_flight() || !desk_->is_quiet()) return;
  if (!queue_.empty() && !stopping_) return;
  Finish();
}

void Session::Finish() {
  finished_ = true;
  std::map<std::pair<std::size_t, std::size_t>, bool> complete;
  for (const Cell& cell : cells_) {
    bool& whole =
        complete.try_emplace({cell.task.name.arm, cell.task.name.seed}, true).first->second;
    whole = whole && cell.state == CellState::kDone;
  }
  for (const auto& [run, whole] : complete) {
    const LoadedArm& arm = loaded_->arms[run.first];
    store_->Write(PutRun{RunOf(*loaded_, {run.first, run.second, 0}),
                         arm.program ? arm.program->hash : Hash{},
                         whole ? "complete" : "incomplete", clock_->NowMs()});
  }
  if (hooks_.on_progress) hooks_.on_progress(progress_);
  hosts_.clear();
  loop_->Stop();
}

void Session::Tick() {
  tick_ = loop_->After(kTickMs, [this, alive = alive_] {
    if (!*alive || finished_) return;
    if (hooks_.on_progress) hooks_.on_progress(progress_);
    Tick();
  });
}

}  // namespace hone
