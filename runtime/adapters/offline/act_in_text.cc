// Acting: a request with <actions>, one a line, is answered with one of them, in <think> and
// <action> tags: the one that shares the most words with the goal of the task and with the notes of
// the skill. What <history> shows as just done is not done again; among equals the slips choose.
#include <algorithm>
#include <string>
#include <vector>

#include "adapters/offline/jobs.h"
#include "adapters/offline/pointers.h"
#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

constexpr double kGoal = 3;  // a word of the goal counts as much as three of a note

// What comes after "task is to:", else the whole task.
std::string GoalOf(const std::string& task) {
  static constexpr std::string_view kMark = "task is to:";
  const std::size_t at = task.find(kMark);
  return at == std::string::npos ? task : task.substr(at + kMark.size());
}

std::size_t Shared(const std::vector<uint64_t>& stems, const std::vector<uint64_t>& others) {
  return static_cast<std::size_t>(std::count_if(
      stems.begin(), stems.end(), [&](uint64_t stem) { return HasStem(others, stem); }));
}

}  // namespace

std::string ActInText(Job job) {
  const std::string history = ToLowerAscii(FirstTagged(job.prompt.rest, "history"));
  const std::vector<uint64_t> goal = StemsOf(GoalOf(job.prompt.task));
  std::vector<std::vector<uint64_t>> notes;
  for (const Tagged& block : job.prompt.skills) {
    for (const std::string& note : ParseSkill(block.body).notes) notes.push_back(StemsOf(note));
  }
  std::vector<std::string> best;
  double most = -1;
  const std::string actions = FirstTagged(job.prompt.rest, "actions");
  for (const std::string_view raw : Split(actions, '\n')) {
    const std::string action(Trim(raw));
    if (action.empty()) continue;
    if (history.find("did: " + ToLowerAscii(action)) != std::string::npos) continue;
    const std::vector<uint64_t> stems = StemsOf(action);
    double worth = kGoal * static_cast<double>(Shared(stems, goal));
    std::size_t noted = 0;
    for (const std::vector<uint64_t>& note : notes) noted = std::max(noted, Shared(stems, note));
    worth += static_cast<double>(noted);
    if (worth > most) best.clear();
    most = std::max(most, worth);
    if (worth == most) best.push_back(action);
  }
  if (best.empty()) return "<think>Nothing is left to do.</think><action>look</action>";
  const std::string& chosen = best[job.slips.Below(best.size())];
  return "<think>It has the most to do with the goal.</think><action>" + chosen + "</action>";
}

}  // namespace hone::offline
