// Trajectories: what an optimizer's prompt shows of attempts at training items, read back.
//
// In <trajectories side="failure"> stand blocks <trajectory ...>: "Task: ...", the target's prompt
// with its <context>, and a verification turn with "Prediction: ..." and "Right answer: ..."; in
// <comparison> blocks <pair category="...">, with <before> and <now>. Values; any thread.
#pragma once

#include <string>
#include <vector>

#include "adapters/offline/prompt.h"

namespace hone::offline {

struct Trajectory {
  std::string task;
  std::string context;             // that the target was given, "" when none is shown
  std::string predicted;           // "" when it is not shown
  std::vector<std::string> right;  // right answers; empty when none is shown
};

struct Trajectories {
  bool failed = false;
  std::vector<Trajectory> list;
};

struct ComparedPair {
  std::string category;  // "improved", "regressed", "persistent_fail" or "stable_success"
  Trajectory now;
};

Trajectories TrajectoriesOf(const Prompt& prompt);
std::vector<ComparedPair> PairsOf(const Prompt& prompt);

// Whether one text holds the words of the other, in their order and next to each other.
bool HoldsWords(const std::string& text, const std::string& words);

}  // namespace hone::offline
