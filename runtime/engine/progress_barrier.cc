#include "engine/progress_barrier.h"

#include <algorithm>

namespace hone {

ProgressBarrier::ProgressBarrier(Options options)
    : options_(std::move(options)), alive_(options_.arms), step_(options_.first) {
  for (const std::size_t arm : alive_) runs_[arm].resize(options_.replicates);
  is_off_ = alive_.size() < 2;
}

void ProgressBarrier::Report(std::size_t arm, std::size_t replicate, int64_t step, double score) {
  const auto found = runs_.find(arm);
  if (found != runs_.end()) found->second[replicate].scores[step] = score;
}

void ProgressBarrier::End(std::size_t arm, std::size_t replicate) {
  const auto found = runs_.find(arm);
  if (found != runs_.end()) found->second[replicate].has_ended = true;
}

bool ProgressBarrier::IsIn(std::size_t arm) const {
  return !is_off_ && std::find(alive_.begin(), alive_.end(), arm) != alive_.end();
}

bool ProgressBarrier::HasReached(const Run& run) const {
  return run.has_ended || (!run.scores.empty() && run.scores.rbegin()->first >= step_);
}

bool ProgressBarrier::Waits(std::size_t arm, std::size_t replicate) const {
  return IsIn(arm) && HasReached(runs_.at(arm)[replicate]);
}

bool ProgressBarrier::AllHave() const {
  return std::all_of(alive_.begin(), alive_.end(), [this](std::size_t arm) {
    const std::vector<Run>& runs = runs_.at(arm);
    return std::all_of(runs.begin(), runs.end(),
                       [this](const Run& run) { return HasReached(run); });
  });
}

bool ProgressBarrier::AllEnded() const {
  return std::all_of(alive_.begin(), alive_.end(), [this](std::size_t arm) {
    const std::vector<Run>& runs = runs_.at(arm);
    return std::all_of(runs.begin(), runs.end(), [](const Run& run) { return run.has_ended; });
  });
}

ProgressBarrier::Decision ProgressBarrier::Judge(std::size_t arm) const {
  Decision out;
  out.rung = rung_;
  out.arm = arm;
  out.step = step_;
  out.has_score = true;
  for (const Run& run : runs_.at(arm)) {
    auto after = run.scores.upper_bound(step_);
    if (after == run.scores.begin()) {
      out.has_score = false;
      continue;
    }
    out.score += std::prev(after)->second / static_cast<double>(options_.replicates);
  }
  return out;
}

std::vector<ProgressBarrier::Decision> ProgressBarrier::Settle() {
  std::vector<Decision> out;
  while (!is_off_ && AllHave()) {
    // Nobody has a step to save any more: who is best is for the selection tasks to say.
    if (AllEnded()) {
      is_off_ = true;
      break;
    }
    std::vector<Decision> ranked;
    for (const std::size_t arm : alive_) ranked.push_back(Judge(arm));
    std::stable_sort(ranked.begin(), ranked.end(), [](const Decision& a, const Decision& b) {
      if (a.has_score != b.has_score) return a.has_score;
      return a.has_score && a.score > b.score;
    });
    const auto eta = static_cast<std::size_t>(options_.eta);
    const std::size_t kept = (ranked.size() + eta - 1) / eta;
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      ranked[i].place = i + 1;
      ranked[i].kept = kept;
      ranked[i].is_pruned = i >= kept;
      if (ranked[i].is_pruned) std::erase(alive_, ranked[i].arm);
    }
    out.insert(out.end(), ranked.begin(), ranked.end());
    ++rung_;
    step_ *= options_.eta;
    is_off_ = alive_.size() < 2;
  }
  return out;
}

}  // namespace hone
