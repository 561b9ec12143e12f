// What happens to one cell of a session: recipe, overlap, evaluation; recall and sharing of units.
#include "engine/overlap.h"
#include "engine/session.h"

namespace hone {
namespace {

// What a finished unit had to say about its progress.
std::vector<std::pair<int64_t, double>> RecordedProgress(Store* store, const Hash& unit_key) {
  std::vector<std::pair<int64_t, double>> out;
  const Result<std::vector<Json>> rows = store->RowsOf(unit_key, "metrics");
  for (const Json& row : rows.ok() ? *rows : std::vector<Json>()) {
    if (row["name"].AsString() == "progress") {
      out.emplace_back(row["step"].AsInt(), row["value"].AsDouble());
    }
  }
  return out;
}

}  // namespace

void Session::StartCell(std::size_t index) {
  cells_[index].state = CellState::kRunning;
  StartRecipe(index);
}

// An arm with skills_from takes the result of another arm's unit, executing it if nobody has.
void Session::StartRecipe(std::size_t index) {
  Cell& cell = cells_[index];
  const CellName maker = SkillMaker(*loaded_, cell.task.name);
  UnitSpec spec = RecipeUnit(*loaded_, maker);
  if (const auto guarded = guarded_.find(spec.unit_key); guarded != guarded_.end()) {
    spec = guarded->second;
    spec.run_label = CellLabel(*loaded_, maker);
  }
  cell.unit_key = spec.unit_key;
  cell.has_unit = true;
  const Result<std::optional<StoredUnit>> stored = store_->FindUnit(spec.unit_key);
  if (stored.ok() && stored->has_value() && IsRecalled(**stored, spec.unit_key)) {
    ++progress_.cells_recalled;
    if (MayBePruned(index)) AddProgress(index, RecordedProgress(store_, spec.unit_key));
    return AfterRecipe(index, (*stored)->result, nullptr);
  }
  StartUnit(index, std::move(spec), false);
}

void Session::StartUnit(std::size_t index, UnitSpec spec, bool is_evaluation) {
  const Hash key = spec.unit_key;
  Cell& cell = cells_[index];
  std::optional<Hash>& evaluated = spec.is_selection ? cell.select_key : cell.report_key;
  if (const auto running = active_.find(key); running != active_.end()) {
    running->second.cells.push_back(index);
    if (!is_evaluation) AddProgress(index, running->second.progress);
    if (is_evaluation) evaluated = key;
    return WriteCell(index);
  }
  if (const auto before = gave_up_.find(key); before != gave_up_.end()) {
    if (is_evaluation) evaluated = key;
    return CellMissing(index, before->second);
  }
  const CellName& name = cell.task.name;
  const HostKey host_key = CurrentHost(name, is_evaluation);
  ScriptHost* host = HostFor(host_key);
  if (host == nullptr) {
    cell.has_unit = cell.has_unit && is_evaluation;  // no such row was written
    CellMissing(index,
                {"failed", Fail(ErrorCode::kUnavailable, "hone-script cannot be started"), {}});
    return OnGuardStep(key);  // nobody else would close the guard of this unit
  }
  UnitRun::World world;
  world.clock = clock_;
  world.store = store_;
  world.broker = broker_.get();
  world.desk = desk_.get();
  world.assets = &loaded_->assets;
  world.on_start_again = [this, key, alive = alive_] {
    // Outside of the engine's and the unit's stack.
    loop_->Post([this, key, alive] {
      if (*alive) StartAgain(key);
    });
  };
  world.judge_prompt = loaded_->judge_prompt;
  world.default_embedder = loaded_->default_embedder;
  world.on_log = hooks_.on_log;
  if (barrier_ && !is_evaluation) {
    world.on_progress = [this, key](int64_t step, double score) { OnProgress(key, step, score); };
  }
  world.accept_divergence = options_.accept_divergence;
  world.records_interruptions = loaded_->experiment.records_interruptions;
  world.buys_only_role = options_.buys_only_role;
  world.facilities = options_.facilities;
  const bool has_record = !spec.recorded.empty() || !spec.journal.empty();
  if (options_.accept_divergence && has_record && !spec.is_predecessor) {
    store_->Write(ForgetUnit{key});
  }
  auto unit = std::make_shared<UnitRun>(std::move(world), host, ++next_number_, std::move(spec),
                                        [this, alive = alive_](const UnitSpec& ended, UnitEnd end) {
                                          if (!*alive) return;
                                          // Outside of the frame's or the broker's stack: what
                                          // follows starts other units.
                                          loop_->Post([this, alive, ended, end = std::move(end)] {
                                            if (*alive) OnUnitEnd(ended, end);
                                          });
                                        });
  unit->OnQuiet([this, key] {
    const auto found = active_.find(key);
    if (found != active_.end() && !found->second.passed_guard) {
      found->second.passed_guard = true;
      OnGuardStep(key);
    }
  });
  hosts_[host_key].units[unit->number()] = unit;
  active_[key] = Active{unit, host_key, {index}, false, {}};
  unit->Start();
  // A process that dies now leaves a cell that knows its unit: what the unit may owe, and the
  // record that an edited recipe is compared with.
  if (is_evaluation) evaluated = key;
  WriteCell(index);
}

void Session::OnUnitEnd(const UnitSpec& spec, UnitEnd end) {
  auto node = active_.extract(spec.unit_key);
  if (node.empty()) return;
  const Active& active = node.mapped();
  Host& host = hosts_[active.host];
  host.units.erase(active.unit->number());
  host.deaths = 0;
  const auto& [arm, seed, evaluates, generation] = active.host;
  if (host.units.empty() && generation < generation_[{arm, seed, evaluates}]) {
    hosts_.erase(active.host);  // drained: a later generation has taken over
  }
  if (end.status == "diverged") {
    diverged_ = true;
    if (!has_error_) first_error_ = end.error;
    has_error_ = true;
  }
  const bool is_refused = end.error.code == ErrorCode::kCredentials;
  if (is_refused || (end.error.code == ErrorCode::kOverBudget && end.status == "stopped")) {
    // The limit of one arm, provider or unit leaves the others alone.
    stopping_ = stopping_ || is_refused || broker_->is_stopped();
    if (!has_error_) first_error_ = end.error;
    has_error_ = true;
    // A key that was refused once is refused every time.
    if (is_refused) broker_->StopSending(Fail(ErrorCode::kCancelled, "stopped: a key was refused"));
  }
  const auto retried = retried_.find(spec.unit_key);
  if (retried != retried_.end() && end.status == "finished") retried->second = true;
  const bool is_evaluation = spec.kind == "evaluate";
  const bool is_pruned = active.cells.empty();
  if (end.status != "finished" && !is_pruned) gave_up_.emplace(spec.unit_key, end);
  const bool may_go_on_later = end.status != "finished" && end.status != "failed" && !is_pruned;
  for (const std::size_t cell : active.cells) {
    if (end.status != "finished") {
      CellMissing(cell, end);
    } else if (is_evaluation) {
      Evaluate(cell);
    } else {
      AfterRecipe(cell, end.result, &active.unit->task_texts());
    }
  }
  if (may_go_on_later && !is_evaluation && barrier_) AbandonBarrier(end.error);
  OnGuardStep(spec.unit_key);
  Pump();
}

// `task_texts` are the self-play texts of an execution just seen; null for a recalled one.
void Session::AfterRecipe(std::size_t index, const Json& result,
                          const std::vector<std::string>* task_texts) {
  Cell& cell = cells_[index];
  if (cell.is_pruned) return;
  if (MayBePruned(index)) {
    cell.waiting.emplace(result, task_texts != nullptr ? *task_texts : std::vector<std::string>());
    return EndProgress(index);
  }
  cell.skill = SkillOf(*loaded_, cell.task.name, result["skill"].AsString());
  cell.state = CellState::kEvaluating;
  std::vector<std::string> texts;
  if (task_texts != nullptr) {
    texts = *task_texts;
  } else if (cell.has_unit) {
    const Result<std::vector<Json>> rows = store_->RowsOf(cell.unit_key, "tasks");
    for (const Json& row : rows.ok() ? *rows : std::vector<Json>()) {
      texts.push_back(row["text"].AsString());
      for (const Json& rubric : row["rubrics"].items()) texts.push_back(rubric.AsString());
    }
  }
  const Item& item = loaded_->items[cell.task.name.item];
  for (const auto& [task, where] : FindOverlaps(item.Report(), texts, cell.skill)) {
    store_->Write(PutOverlap{RunOf(*loaded_, cell.task.name), static_cast<int>(cell.task.name.item),
                             task, where});
  }
  Evaluate(index);
}

// What is still to evaluate: the selection tasks, then the report tasks.
void Session::Evaluate(std::size_t index) {
  Cell& cell = cells_[index];
  const Item& item = loaded_->items[cell.task.name.item];
  if (loaded_->evaluator && cell.task.selects && !cell.select_key && !item.select_hashes.empty()) {
    return StartEvaluation(index, TaskSplit::kSelect);
  }
  if (loaded_->evaluator && cell.task.reports && !cell.report_key && !item.report_hashes.empty()) {
    return StartEvaluation(index, TaskSplit::kReport);
  }
  WriteCell(index);
  cell.state = CellState::kDone;
  CellSettled(index);
}

void Session::StartEvaluation(std::size_t index, TaskSplit split) {
  Cell& cell = cells_[index];
  if (stopping_) return CellMissing(index, {"stopped", first_error_, {}});
  UnitSpec spec = EvaluateUnit(*loaded_, cell.task.name, cell.skill, split);
  const Result<std::optional<StoredUnit>> stored = store_->FindUnit(spec.unit_key);
  if (stored.ok() && stored->has_value()) {
    Result<UseMap> uses = store_->UsesOf(spec.unit_key);
    if (uses.ok()) spec.recorded = std::move(uses).value();
    Result<JournalMap> journal = store_->JournalOf(spec.unit_key);
    if (journal.ok()) spec.journal = std::move(journal).value();
    if (options_.retry_recorded) ForgetFailures(&spec);
    if (IsRecalled(**stored, spec.unit_key)) {
      (split == TaskSplit::kSelect ? cell.select_key : cell.report_key) = spec.unit_key;
      return Evaluate(index);
    }
  }
  StartUnit(index, std::move(spec), true);
}

void Session::CellMissing(std::size_t index, const UnitEnd& end) {
  Cell& cell = cells_[index];
  cell.state = CellState::kMissing;
  cell.end = end;
  if (MayBePruned(index)) EndProgress(index);
  WriteCell(index);
  ++progress_.cells_missing;
  // The same fault of a recipe fails every item of it: said once in full.
  if (hooks_.on_log && end.status != "stopped" &&
      faults_shown_.insert(end.error.message.substr(0, end.error.message.find('\n'))).second) {
    hooks_.on_log(LogLevel::kWarn, CellLabel(*loaded_, cell.task.name) + ": " + end.status + ": " +
                                       end.error.message);
  }
  CellSettled(index);
}

void Session::CellSettled(std::size_t index) {
  const CellName& name = cells_[index].task.name;
  if (cells_[index].state == CellState::kDone) ++progress_.cells_done;
  if (--cells_left_of_run_[{name.arm, name.seed}] == 0) ReleaseHosts(index);
}

}  // namespace hone
