#include "adapters/offline/trajectories.h"

#include "adapters/offline/tokens.h"
#include "base/text.h"

namespace hone::offline {
namespace {

// What follows `label` on the last line that begins with it (or has it behind a role in brackets).
std::string LastField(std::string_view text, std::string_view label) {
  std::string out;
  for (const std::string_view raw : Split(text, '\n')) {
    std::string_view line = Trim(raw);
    if (line.starts_with("[verification] ")) line.remove_prefix(15);
    if (line.starts_with(label)) out = std::string(Trim(line.substr(label.size())));
  }
  return out;
}

std::string FirstField(std::string_view text, std::string_view label) {
  for (const std::string_view line : Split(text, '\n')) {
    if (line.starts_with(label)) return std::string(Trim(line.substr(label.size())));
  }
  return "";
}

Trajectory TrajectoryOf(const std::string& text) {
  Trajectory out;
  out.task = FirstField(text, "Task:");
  out.context = FirstTagged(text, "context");
  out.predicted = LastField(text, "Prediction:");
  const std::string right = LastField(text, "Right answer:");
  for (const std::string_view one : Split(right, '|')) {
    if (!Trim(one).empty()) out.right.emplace_back(Trim(one));
  }
  return out;
}

}  // namespace

Trajectories TrajectoriesOf(const Prompt& prompt) {
  Trajectories out;
  for (const Tagged& section : FindTagged(prompt.rest, "trajectories")) {
    out.failed = section.Attribute("side") == "failure";
    for (const Tagged& one : FindTagged(section.body, "trajectory")) {
      out.list.push_back(TrajectoryOf(one.body));
    }
  }
  return out;
}

std::vector<ComparedPair> PairsOf(const Prompt& prompt) {
  std::vector<ComparedPair> out;
  for (const Tagged& pair : FindTagged(FirstTagged(prompt.rest, "comparison"), "pair")) {
    Trajectory now = TrajectoryOf(FirstTagged(pair.body, "now"));
    now.task = FirstField(pair.body, "Task:");
    out.push_back({pair.Attribute("category"), std::move(now)});
  }
  return out;
}

bool HoldsWords(const std::string& text, const std::string& words) {
  const std::string wanted = Normal(words);
  return wanted != " " && Normal(text).find(wanted) != std::string::npos;
}

}  // namespace hone::offline
