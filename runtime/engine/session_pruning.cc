// Candidates that wait for each other at steps of their own progress, and those that are pruned
// there (progress_barrier.h).
#include <algorithm>

#include "engine/session.h"

namespace hone {

bool Session::MayBePruned(std::size_t index) const {
  return barrier_ && barrier_->IsIn(cells_[index].task.name.arm);
}

bool Session::IsAnyWaiting() const {
  return std::any_of(cells_.begin(), cells_.end(),
                     [](const Cell& cell) { return cell.waiting.has_value(); });
}

void Session::AddProgress(std::size_t index,
                          const std::vector<std::pair<int64_t, double>>& progress) {
  if (!barrier_) return;
  const CellName& name = cells_[index].task.name;
  for (const auto& [step, score] : progress) barrier_->Report(name.arm, name.seed, step, score);
  SettleBarrier();
}

void Session::OnProgress(const Hash& unit_key, int64_t step, double score) {
  const auto found = active_.find(unit_key);
  if (found == active_.end()) return;
  found->second.progress.emplace_back(step, score);
  for (const std::size_t index : found->second.cells) {
    const CellName& name = cells_[index].task.name;
    barrier_->Report(name.arm, name.seed, step, score);
  }
  // Held at once: what it asks for next arrives with the same burst of frames.
  HoldOrRelease();
  SettleBarrier();
}

void Session::EndProgress(std::size_t index) {
  barrier_->End(cells_[index].task.name.arm, cells_[index].task.name.seed);
  SettleBarrier();
}

// A unit that anybody needs now, such as the arm that is varied, is never held.
void Session::HoldOrRelease() {
  for (auto& [key, active] : active_) {
    if (active.unit->spec().kind != "run") continue;
    bool waits = !active.cells.empty();
    for (const std::size_t index : active.cells) {
      const CellName& name = cells_[index].task.name;
      waits = waits && barrier_->Waits(name.arm, name.seed);
    }
    if (waits != active.unit->is_held()) active.unit->Hold(waits);
  }
}

// Outside of the stack that brought the news: what follows ends and starts other units.
void Session::SettleBarrier() {
  loop_->Post([this, alive = alive_] {
    if (!*alive || finished_ || is_barrier_abandoned_) return;
    for (const ProgressBarrier::Decision& decision : barrier_->Settle()) {
      pruning_.push_back(decision);
      if (decision.is_pruned) Prune(decision.arm, decision.step);
    }
    HoldOrRelease();
    for (std::size_t index = 0; index < cells_.size(); ++index) {
      if (!cells_[index].waiting || MayBePruned(index)) continue;
      const auto waiting = std::exchange(cells_[index].waiting, std::nullopt);
      AfterRecipe(index, waiting->first, waiting->second.empty() ? nullptr : &waiting->second);
    }
    Pump();
  });
}

void Session::Prune(std::size_t arm, int64_t step) {
  for (std::size_t index = 0; index < cells_.size(); ++index) {
    Cell& cell = cells_[index];
    if (cell.task.name.arm != arm || cell.state == CellState::kMissing) continue;
    cell.is_pruned = true;
    cell.waiting.reset();
    cell.state = CellState::kDone;
    WriteCell(index);
    CellSettled(index);
    for (auto& [key, active] : active_) std::erase(active.cells, index);
  }
  std::vector<std::shared_ptr<UnitRun>> stopped;
  for (const auto& [key, active] : active_) {
    if (active.cells.empty()) stopped.push_back(active.unit);
  }
  for (const auto& unit : stopped) {
    unit->Stop("stopped", Fail(ErrorCode::kCancelled,
                               "pruned at step " + std::to_string(step) + " of its progress"));
  }
}

// Somebody cannot reach the barrier in this session, so nobody is judged at it.
void Session::AbandonBarrier(const Error& error) {
  if (is_barrier_abandoned_ || barrier_->is_off()) return;
  is_barrier_abandoned_ = true;
  std::vector<std::shared_ptr<UnitRun>> held;
  for (const auto& [key, active] : active_) {
    if (active.unit->is_held()) held.push_back(active.unit);
  }
  const Error reason = error.With("a candidate that it is compared with");
  for (const auto& unit : held) unit->Stop("stopped", reason);
  for (std::size_t index = 0; index < cells_.size(); ++index) {
    if (!cells_[index].waiting) continue;
    cells_[index].waiting.reset();
    CellMissing(index, {"stopped", reason, {}});
  }
}

}  // namespace hone
