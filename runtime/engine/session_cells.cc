// What happens to one cell of a session: recipe, overlap, evaluation; recall and sharing of units;
// the processes that execute them.
#include "engine/overlap.h"
#include "engine/session.h"

namespace hone {
namespace {

constexpr int kMaxDeathsInARow = 5;
constexpr std::size_t kMaxPartBytes = 64U << 20U;  // of texts that a process has handed over

}  // namespace

void Session::StartCell(std::size_t index) {
  Cell& cell = cells_[index];
  cell.state = CellState::kRunning;
  const LoadedArm& arm = loaded_->arms[cell.name.arm];
  if (arm.program) return StartRecipe(index);
  const CellName source = SkillSource(*loaded_, cell.name);
  const auto found = index_of_.find({source.arm, source.seed, source.item});
  if (found == index_of_.end()) {
    return CellMissing(index, {"failed",
                               Invalid("takes its skill from the arm '" + arm.spec.skills_from +
                                       "', which --arm left out"),
                               {}});
  }
  Cell& giver = cells_[found->second];
  if (giver.state == CellState::kMissing) {
    return CellMissing(index,
                       {"stopped", giver.end.error.With("the cell it takes its skill from"), {}});
  }
  if (giver.state == CellState::kDone || giver.state == CellState::kEvaluating) {
    cell.unit_key = giver.unit_key;
    cell.has_unit = giver.has_unit;
    return AfterRecipe(index, Json::MakeObject({{"skill", Json(giver.skill)}}), nullptr);
  }
  giver.dependents.push_back(index);
}

void Session::StartRecipe(std::size_t index) {
  Cell& cell = cells_[index];
  UnitSpec spec;
  if (const auto guarded = guarded_.find(RecipeUnit(*loaded_, cell.name).unit_key);
      guarded != guarded_.end()) {
    spec = guarded->second;
    spec.run_label = CellLabel(*loaded_, cell.name);
  } else {
    spec = RecipeUnit(*loaded_, cell.name);
  }
  cell.unit_key = spec.unit_key;
  cell.has_unit = true;
  if (!options_.verify) {
    const Result<std::optional<StoredUnit>> stored = store_->FindUnit(spec.unit_key);
    if (stored.ok() && stored->has_value() && (*stored)->status == "finished") {
      ++progress_.cells_recalled;
      return AfterRecipe(index, (*stored)->result, nullptr);
    }
  }
  StartUnit(index, std::move(spec), false);
}

void Session::StartUnit(std::size_t index, UnitSpec spec, bool is_evaluation) {
  const Hash key = spec.unit_key;
  const std::optional<Hash> evaluate_key = is_evaluation ? std::optional(key) : std::nullopt;
  if (const auto running = active_.find(key); running != active_.end()) {
    running->second.cells.push_back(index);
    return WriteCell(index, evaluate_key);
  }
  const CellName& name = cells_[index].name;
  const HostKey host_key = CurrentHost(name, is_evaluation);
  ScriptHost* host = HostFor(host_key);
  if (host == nullptr) {
    cells_[index].has_unit = cells_[index].has_unit && is_evaluation;  // no such row was written
    CellMissing(index,
                {"failed", Fail(ErrorCode::kUnavailable, "hone-script cannot be started"), {}});
    return OnGuardStep(key);  // nobody else would close the guard of this unit
  }
  UnitRun::World world;
  world.clock = clock_;
  world.store = store_;
  world.broker = broker_.get();
  world.judge_prompt = loaded_->judge_prompt;
  world.default_embedder = loaded_->default_embedder;
  world.on_log = hooks_.on_log;
  world.accept_divergence = options_.accept_divergence;
  if (options_.accept_divergence && !spec.recorded.empty() && !spec.is_predecessor) {
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
  active_[key] = Active{unit, host_key, {index}, false};
  unit->Start();
  // A process that dies now leaves a cell that knows its unit: what the unit may owe, and the
  // record that an edited recipe is compared with.
  WriteCell(index, evaluate_key);
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
    stopping_ = true;
    if (!has_error_) first_error_ = end.error;
    has_error_ = true;
    // A key that was refused once is refused every time.
    if (is_refused) broker_->StopSending(Fail(ErrorCode::kCancelled, "stopped: a key was refused"));
  }
  const bool is_evaluation = spec.kind == "evaluate";
  for (const std::size_t cell : active.cells) {
    if (end.status != "finished") {
      CellMissing(cell, end);
    } else if (is_evaluation) {
      AfterEvaluation(cell);
    } else {
      AfterRecipe(cell, end.result, &active.unit->task_texts());
    }
  }
  OnGuardStep(spec.unit_key);
  Pump();
}

// `task_texts` are the self-play texts of an execution just seen; null for a recalled one.
void Session::AfterRecipe(std::size_t index, const Json& result,
                          const std::vector<std::string>* task_texts) {
  Cell& cell = cells_[index];
  const LoadedArm& arm = loaded_->arms[cell.name.arm];
  cell.skill = result["skill"].AsString();
  if (arm.spec.skill_map == "unrelated_text") {
    cell.skill = UnrelatedText(*loaded_, cell.name, cell.skill);
  }
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
  const Item& item = loaded_->items[cell.name.item];
  for (const auto& [task, where] : FindOverlaps(item.report, texts, cell.skill)) {
    store_->Write(
        PutOverlap{RunOf(*loaded_, cell.name), static_cast<int>(cell.name.item), task, where});
  }
  for (const std::size_t dependent : cell.dependents) {
    cells_[dependent].unit_key = cell.unit_key;
    cells_[dependent].has_unit = cell.has_unit;
    AfterRecipe(dependent, Json::MakeObject({{"skill", Json(cell.skill)}}), task_texts);
  }
  cells_[index].dependents.clear();
  StartEvaluation(index);
}

void Session::StartEvaluation(std::size_t index) {
  Cell& cell = cells_[index];
  if (!loaded_->evaluator || loaded_->items[cell.name.item].report.size() == 0) {
    WriteCell(index, std::nullopt);
    cell.state = CellState::kDone;
    return CellSettled(index);
  }
  if (stopping_) return CellMissing(index, {"stopped", first_error_, {}});
  UnitSpec spec = EvaluateUnit(*loaded_, cell.name, cell.skill);
  const Result<std::optional<StoredUnit>> stored = store_->FindUnit(spec.unit_key);
  if (stored.ok() && stored->has_value()) {
    if ((*stored)->status == "finished" && !options_.verify) return AfterEvaluation(index);
    Result<UseMap> uses = store_->UsesOf(spec.unit_key);
    if (uses.ok()) spec.recorded = std::move(uses).value();
  }
  StartUnit(index, std::move(spec), true);
}

void Session::AfterEvaluation(std::size_t index) {
  Cell& cell = cells_[index];
  WriteCell(index, EvaluateUnit(*loaded_, cell.name, cell.skill).unit_key);
  cell.state = CellState::kDone;
  CellSettled(index);
}

void Session::CellMissing(std::size_t index, const UnitEnd& end) {
  Cell& cell = cells_[index];
  cell.state = CellState::kMissing;
  cell.end = end;
  WriteCell(index, std::nullopt);
  ++progress_.cells_missing;
  // The same fault of a recipe fails every item of it: said once in full.
  if (hooks_.on_log && end.status != "stopped" &&
      faults_shown_.insert(end.error.message.substr(0, end.error.message.find('\n'))).second) {
    hooks_.on_log(LogLevel::kWarn,
                  CellLabel(*loaded_, cell.name) + ": " + end.status + ": " + end.error.message);
  }
  for (const std::size_t dependent : cell.dependents) {
    CellMissing(dependent, {"stopped", end.error.With("the cell it takes its skill from"), {}});
  }
  CellSettled(index);
}

void Session::CellSettled(std::size_t index) {
  const CellName& name = cells_[index].name;
  if (cells_[index].state == CellState::kDone) ++progress_.cells_done;
  if (--cells_left_of_run_[{name.arm, name.seed}] == 0) ReleaseHosts(index);
}

// The run has no cell left: its processes may go, once the caller's stack has left them.
void Session::ReleaseHosts(std::size_t index) {
  const CellName name = cells_[index].name;
  loop_->Post([this, name, alive = alive_] {
    if (!*alive) return;
    for (const bool is_evaluation : {false, true}) {
      const auto first = hosts_.lower_bound({name.arm, name.seed, is_evaluation, 0});
      for (auto host = first; host != hosts_.end();) {
        const bool is_of_run = std::get<0>(host->first) == name.arm &&
                               std::get<1>(host->first) == name.seed &&
                               std::get<2>(host->first) == is_evaluation;
        if (!is_of_run) break;
        host = host->second.units.empty() ? hosts_.erase(host) : std::next(host);
      }
    }
  });
}

Session::HostKey Session::CurrentHost(const CellName& cell, bool is_evaluation) {
  int& generation = generation_[{cell.arm, cell.seed, is_evaluation}];
  const HostKey key{cell.arm, cell.seed, is_evaluation, generation};
  const auto found = hosts_.find(key);
  const bool is_full = found != hosts_.end() && found->second.process != nullptr &&
                       found->second.process->parts().size_bytes() > kMaxPartBytes;
  if (!is_full) return key;
  if (found->second.units.empty()) hosts_.erase(found);
  ++generation;
  return {cell.arm, cell.seed, is_evaluation, generation};
}

ScriptHost* Session::HostFor(const HostKey& key) {
  Host& host = hosts_[key];
  if (host.process != nullptr) return host.process.get();
  ScriptHost::Options options;
  options.modules = loaded_->sources.ModulesForStart();
  options.cpu_limit_ms = options_.cpu_limit_ms;
  options.memory_bytes = options_.memory_bytes;
  ScriptHost::Events events;
  events.on_unit_frame = [this, key](FrameType type, const Json& body) {
    const auto found = hosts_.find(key);
    if (found == hosts_.end()) return;
    const auto unit = found->second.units.find(body["unit"].AsInt());
    if (unit == found->second.units.end()) return;
    const std::shared_ptr<UnitRun> keep = unit->second;
    keep->OnFrame(type, body);
  };
  events.on_death = [this, key, alive = alive_](const ScriptHost::Death& death) {
    loop_->Post([this, key, death, alive] {
      if (*alive) OnDeath(key, death);
    });
  };
  host.process = std::make_unique<ScriptHost>(loop_, spawner_, options, events);
  if (const Status started = host.process->Start(); !started.ok()) {
    if (hooks_.on_log) hooks_.on_log(LogLevel::kError, started.error().message);
    host.process.reset();
  }
  return host.process.get();
}

// The guilty unit fails; the others go on in a new process, from the ledger.
void Session::OnDeath(const HostKey& key, const ScriptHost::Death& death) {
  const auto found = hosts_.find(key);
  if (found == hosts_.end() || finished_) return;
  Host& host = found->second;
  std::map<int64_t, std::shared_ptr<UnitRun>> units = std::move(host.units);
  host.units.clear();
  host.process.reset();
  ++host.deaths;
  if (hooks_.on_log && !units.empty()) hooks_.on_log(LogLevel::kWarn, death.error.message);
  const bool hopeless = host.deaths > kMaxDeathsInARow;
  ScriptHost* fresh = nullptr;
  for (const auto& [number, unit] : units) {
    if (hopeless || (death.guilty && *death.guilty == number)) {
      unit->Stop("failed", death.error);
      continue;
    }
    if (fresh == nullptr) fresh = HostFor(key);
    if (fresh == nullptr) {
      unit->Stop("failed", death.error);
      continue;
    }
    const int64_t next = ++next_number_;
    hosts_[key].units[next] = unit;
    unit->Restart(fresh, next);
  }
}

}  // namespace hone
