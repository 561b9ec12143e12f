// The life of a session: plan, guard, pump, end. What happens to a single cell is in
// session_cells.cc.
#include "engine/session.h"

#include <algorithm>

#include "base/text.h"

namespace hone {
namespace {

constexpr int64_t kTickMs = 200;
constexpr int64_t kInterruptPatienceMs = 60'000;

Json PriceRows(const LoadedExperiment& loaded) {
  Json out = Json::MakeObject();
  for (const LoadedArm& arm : loaded.arms) {
    for (const auto& [role, model] : arm.models) {
      if (!model.choice.prices) {
        out.Set(model.name, Json());
        continue;
      }
      const TokenPrices& prices = *model.choice.prices;
      out.Set(model.name,
              Json::MakeObject({{"input_usd_per_million", Json(prices.input)},
                                {"cached_input_usd_per_million", Json(prices.cached_input)},
                                {"output_usd_per_million", Json(prices.output)},
                                {"source", Json(prices.source)}}));
    }
  }
  return out;
}

// Every file that the experiment's programs are made of, by the name that tracebacks show.
std::map<std::string, Part> SourcesOf(const LoadedExperiment& loaded) {
  std::map<std::string, Part> out;
  const auto add = [&](const SourceFile& source) { out[source.file] = Part::Of(source.text); };
  const auto add_program = [&](const Program& program) {
    for (const Json& module : program.description["modules"].items()) {
      const auto found = loaded.sources.modules().find(module.AsString());
      if (found != loaded.sources.modules().end()) add(found->second);
    }
    for (const auto& [name, file] : program.prompts) add(file);
  };
  for (const LoadedArm& arm : loaded.arms) {
    if (arm.program) add_program(*arm.program);
  }
  if (loaded.evaluator) add_program(*loaded.evaluator);
  add(loaded.judge_prompt_file);
  if (loaded.reference) add(*loaded.reference);
  return out;
}

// What a program's part of a unit's key is made of, by name, so that two keys can be compared.
Json ProgramInputs(const LoadedExperiment& loaded, const Program& program) {
  Json files = Json::MakeObject();
  for (const Json& module : program.description["modules"].items()) {
    const auto found = loaded.sources.modules().find(module.AsString());
    if (found == loaded.sources.modules().end()) continue;
    files.Set(found->second.file, HashOf(found->second.text).Hex());
  }
  Json prompts = Json::MakeObject();
  for (const auto& [name, file] : program.prompts) {
    prompts.Set(name, Json::MakeObject({{"file", file.file}, {"hash", HashOf(file.text).Hex()}}));
  }
  return Json::MakeObject({{"module", program.module},
                           {"hash", program.hash.Hex()},
                           {"files", std::move(files)},
                           {"prompts", std::move(prompts)}});
}

Json ArmConfig(const LoadedExperiment& loaded, const LoadedArm& arm) {
  Json models = Json::MakeObject();
  for (const auto& [role, model] : arm.models) models.Set(role, Json(model.name));
  Json config = Json::MakeObject({{"models", std::move(models)}});
  config.Set("params", arm.program ? arm.program->params : Json::MakeObject());
  if (arm.program && !arm.program->preset.empty()) config.Set("preset", Json(arm.program->preset));
  if (!arm.spec.skills_from.empty()) {
    config.Set("skills_from", Json(arm.spec.skills_from));
    config.Set("skill_map", Json(arm.spec.skill_map));
  }
  if (loaded.evaluate_judge) config.Set("evaluate_judge", Json(loaded.evaluate_judge->name));
  if (loaded.evaluator) {
    config.Set("evaluator", Json(loaded.evaluator->module));
    config.Set("evaluator_params", loaded.evaluator->params);
    config.Set("evaluator_program", ProgramInputs(loaded, *loaded.evaluator));
  }
  if (arm.program) config.Set("program", ProgramInputs(loaded, *arm.program));
  config.Set("judge_prompt", HashOf(loaded.judge_prompt_file.text).Hex());
  if (arm.spec.independent) config.Set("independent", true);
  Json replaced = Json::MakeObject();
  for (const auto& [name, file] : arm.spec.prompts) replaced.Set(name, file);
  if (replaced.size() > 0) config.Set("prompts", std::move(replaced));
  return config;
}

// The part of the limits that one of several processes may use.
Budget::Limits Share(Budget::Limits limits, double share) {
  if (share >= 1) return limits;
  if (limits.usd) limits.usd = PicoUsd::FromUsd(limits.usd->ToUsd() * share);
  if (limits.calls) {
    limits.calls = static_cast<int64_t>(static_cast<double>(*limits.calls) * share);
  }
  return limits;
}

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
  PicoUsd already;
  int64_t already_calls = 0;
  if (const Result<LedgerSummary> ledger = store_->Summary(loaded_->experiment.name); ledger.ok()) {
    already = ledger->spent + ledger->possible;
    already_calls = ledger->answered + ledger->unknown;
  }
  budget_ = std::make_unique<Budget>(
      Share({loaded_->experiment.budget, loaded_->experiment.budget_calls}, options_.share),
      already, already_calls);
  CallBroker::Options broker_options;
  broker_options.may_send = !options_.offline;
  broker_options.retry_base_ms = options_.retry_base_ms;
  broker_options.max_tries = options_.max_tries;
  broker_ = std::make_unique<CallBroker>(loop_, clock_, store_, budget_.get(), &progress_,
                                         broker_options);
  broker_->OnQuiet([this] { MaybeFinish(); });
  store_->OnTrouble([this, alive = alive_](const Error& error) {
    if (!*alive) return;
    if (!has_error_) first_error_ = error;
    has_error_ = true;
    stopping_ = true;
    broker_->StopSending(Fail(ErrorCode::kCancelled, error.message));
    MaybeFinish();
  });
  RecordPlan();
  FindGuarded();
  loop_->Post([this] { Pump(); });
  Tick();
  while (!finished_) loop_->Run();
  SessionEnd end;
  end.error = first_error_;
  for (const Cell& cell : cells_) {
    if (cell.state == CellState::kDone) continue;
    end.missing.push_back({CellLabel(*loaded_, cell.name),
                           cell.end.status.empty() ? "not started" : cell.end.status,
                           cell.end.error.message});
  }
  if (end.missing.empty() && !has_error_) {
    end.status = "complete";
  } else if (has_error_ && first_error_.code == ErrorCode::kOverBudget) {
    end.status = "budget";
  } else if (interrupts_ > 0) {
    end.status = "interrupted";
  } else {
    end.status = "incomplete";
  }
  store_->Write(EndExperiment{loaded_->hash, end.status, clock_->NowMs()});
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

// The plan as rows, so that a cell that never starts is visibly missing.
void Session::RecordPlan() {
  const Experiment& experiment = loaded_->experiment;
  const int64_t now = clock_->NowMs();
  const Result<std::string> config = experiment.values.Canonical();
  Json data = Json::MakeObject({{"mapper", Json(experiment.mapper)},
                                {"hash", Json(loaded_->data_hash.Hex())},
                                {"items", Json(static_cast<int64_t>(loaded_->items_in_data))}});
  Json source_hashes = Json::MakeObject();
  std::vector<Part> sources;
  for (const auto& [file, part] : SourcesOf(*loaded_)) {
    source_hashes.Set(file, part.hash.Hex());
    sources.push_back(part);
  }
  store_->Write(PutExperiment{loaded_->hash, experiment.name, experiment.file,
                              config.ok() ? *config : "", source_hashes.Dump(), data.Dump(),
                              PriceRows(*loaded_).Dump(), loaded_->subset, options_.hone_version,
                              now, std::move(sources)});
  for (std::size_t i = 0; i < loaded_->arms.size(); ++i) {
    const LoadedArm& arm = loaded_->arms[i];
    const std::string recipe =
        arm.spec.recipe.empty() ? "(" + arm.spec.skill_map + ")" : arm.spec.recipe;
    store_->Write(PutArm{loaded_->hash, static_cast<int>(i), arm.spec.name, recipe,
                         arm.spec.baseline, ArmConfig(*loaded_, arm).Dump()});
  }
  // Cells of other shards are planned all the same: what no part has executed is visibly missing
  // after the merge.
  std::map<std::pair<std::size_t, std::size_t>, CellName> runs;
  for (const CellName& name : PlanCells(*loaded_, options_.only_arms)) {
    if (runs.emplace(std::pair{name.arm, name.seed}, name).second) PlanRun(name, "planned");
    if (!IsInShard(*loaded_, name, options_.shard)) {
      store_->Write(CellRow(name));
      continue;
    }
    if (cells_left_of_run_[{name.arm, name.seed}]++ == 0) PlanRun(name, "running");
    index_of_[{name.arm, name.seed, name.item}] = cells_.size();
    queue_.push_back(cells_.size());
    cells_.push_back(Cell{});
    cells_.back().name = name;
    WriteCell(cells_.size() - 1, std::nullopt);
  }
  progress_.cells_planned = static_cast<int64_t>(cells_.size());
}

void Session::PlanRun(const CellName& name, const std::string& status) {
  const LoadedArm& arm = loaded_->arms[name.arm];
  const Hash program = arm.program ? arm.program->hash : Hash{};
  store_->Write(PutRun{RunOf(*loaded_, name), program, status, clock_->NowMs()});
}

PutRunUnit Session::CellRow(const CellName& name) const {
  const Item& item = loaded_->items[name.item];
  PutRunUnit row;
  row.run = RunOf(*loaded_, name);
  row.position = static_cast<int>(name.item);
  row.name = item.id;
  row.cluster = item.cluster;
  row.category = item.category;
  row.separation = item.separation;
  // Without an evaluator there is nothing to report, and the cell is whole without it.
  row.report_tasks = loaded_->evaluator ? static_cast<int>(item.report.size()) : 0;
  return row;
}

void Session::WriteCell(std::size_t index, std::optional<Hash> evaluate_key) {
  const Cell& cell = cells_[index];
  PutRunUnit row = CellRow(cell.name);
  row.shard = options_.shard.Text();
  if (cell.has_unit) row.unit_key = cell.unit_key;
  row.evaluate_unit_key = evaluate_key;
  if (evaluate_key) row.skill_hash = HashOf(cell.skill);
  store_->Write(std::move(row));
}

// Units with a record: they are compared with it before anything is sent. An earlier version of the
// program that did not complete counts as a record too.
void Session::FindGuarded() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const LoadedArm& arm = loaded_->arms[cells_[i].name.arm];
    if (!arm.program) continue;
    UnitSpec spec = RecipeUnit(*loaded_, cells_[i].name);
    if (guarded_.count(spec.unit_key) == 0) {
      if (!PrepareRecorded(cells_[i].name, &spec).ok() || spec.recorded.empty()) continue;
      guarded_.emplace(spec.unit_key, std::move(spec));
    }
    cells_[i].is_guarded = true;
  }
  guards_open_ = static_cast<int>(guarded_.size());
  if (guards_open_ == 0) return;
  broker_->HoldSends(true);
  std::stable_partition(queue_.begin(), queue_.end(),
                        [this](std::size_t index) { return cells_[index].is_guarded; });
}

// Nothing recorded means nothing to compare: a finished unit is recalled instead (unless
// verifying).
Status Session::PrepareRecorded(const CellName& cell, UnitSpec* spec) {
  HONE_ASSIGN(const std::optional<StoredUnit> unit, store_->FindUnit(spec->unit_key));
  if (unit) {
    if (unit->status == "finished" && !options_.verify) return Ok{};
    HONE_ASSIGN(spec->recorded, store_->UsesOf(spec->unit_key));
    // One that diverged has got nowhere: it is held against the same record until that is accepted.
    if (unit->status != "diverged" && !spec->recorded.empty()) return Ok{};
  }
  HONE_ASSIGN(std::optional<Predecessor> earlier,
              store_->FindPredecessor(loaded_->experiment.name, loaded_->arms[cell.arm].spec.name,
                                      spec->replicate, spec->name, spec->unit_key));
  if (earlier) {
    spec->recorded = std::move(earlier->uses);
    spec->is_predecessor = true;
  }
  return Ok{};
}

// A guarded unit has compared what it can, or has ended. When all have, sending begins; when one
// diverged, nothing is sent at all.
void Session::OnGuardStep(const Hash& unit_key) {
  if (guarded_.erase(unit_key) == 0) return;
  if (--guards_open_ > 0) return;
  if (!diverged_) {
    broker_->HoldSends(false);
    return Pump();
  }
  stopping_ = true;
  broker_->StopSending(
      Fail(ErrorCode::kCancelled, "stopped: another unit diverged from its record"));
  MaybeFinish();
}

void Session::Pump() {
  if (pumping_) return;
  pumping_ = true;
  while (!queue_.empty() && !stopping_) {
    int running = 0;
    for (const auto& [key, active] : active_)
      running += active.passed_guard && IsGuarding() ? 0 : 1;
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

void Session::MaybeFinish() {
  if (finished_ || pumping_) return;
  if (!active_.empty() || broker_->in_flight()) return;
  if (!queue_.empty() && !stopping_) return;
  Finish();
}

void Session::Finish() {
  finished_ = true;
  std::map<std::pair<std::size_t, std::size_t>, bool> complete;
  for (const Cell& cell : cells_) {
    bool& whole = complete.try_emplace({cell.name.arm, cell.name.seed}, true).first->second;
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
