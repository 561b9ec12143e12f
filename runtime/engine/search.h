// Search: which candidates of a sweep are evaluated on how many selection items, and which go on.
//
// A search has rungs. After each rung the scores of all its cells are in, and what is decided is a
// function of these alone: not of the order in which they came, nor of how often the process was
// killed in between. The varied arm takes part in every rung and is never dropped; ties go to it,
// then to the candidate that was made first. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/loaded_experiment.h"
#include "engine/progress_barrier.h"

namespace hone {

// Of one candidate on one item, over all replicates. What was not graded counts as not solved.
struct ItemScore {
  int64_t solved = 0, tasks = 0;
};

struct SearchRound {
  int rung = 1;
  std::vector<std::size_t> arms;   // indexes of LoadedExperiment::arms, the varied one first
  std::vector<std::size_t> items;  // of LoadedExperiment::items, those of earlier rungs included
};

// A row of search_decisions.
struct SearchDecision {
  int rung = 1;
  std::size_t arm = 0;
  std::string action, reason;  // keep | drop | prune | win
  Json evidence;
};

class Search {
 public:
  using Scores = std::map<std::pair<std::size_t, std::size_t>, ItemScore>;  // (arm, item)

  // REQUIRES: loaded.search; `loaded` outlives it.
  explicit Search(const LoadedExperiment& loaded);

  // Whether a recipe has but one selection item: then its own progress prunes it.
  [[nodiscard]] bool is_of_one_unit() const { return order_.size() == 1; }
  [[nodiscard]] std::size_t selection_items() const { return order_.size(); }

  // The cells of the next rung; nothing when the winner is known.
  [[nodiscard]] std::optional<SearchRound> Next() const;
  // Takes candidates out that cannot be compared, before Decide. REQUIRES: not the varied arm.
  void Remove(std::size_t arm, const std::string& action, const std::string& reason, Json evidence);
  // What the progress of candidates has decided in the round in hand, before Decide.
  void TakePruning(const std::vector<ProgressBarrier::Decision>& pruning);
  // What the round's scores decide about each of its arms.
  std::vector<SearchDecision> Decide(const Scores& scores);

  [[nodiscard]] std::size_t winner() const { return winner_; }

 private:
  void PlanRungs();
  [[nodiscard]] std::vector<std::size_t> Ranked(const Scores& scores) const;
  [[nodiscard]] ItemScore Total(const Scores& scores, std::size_t arm) const;
  void DropBelow(std::size_t keep, const std::vector<std::size_t>& ranked, const Scores& scores);
  void DropBeaten();
  [[nodiscard]] std::vector<std::vector<std::optional<double>>> ClusterMeans() const;
  void Win(const std::vector<std::size_t>& ranked, const Scores& scores);
  void Add(std::size_t arm, const std::string& action, const std::string& reason, Json evidence);

  const LoadedExperiment& loaded_;
  const SearchSpec& spec_;
  std::vector<std::size_t> order_;  // selection items, in the order in which rungs take them
  std::vector<std::size_t> sizes_;  // items of each rung
  std::vector<std::size_t> alive_;  // candidates, without the varied arm
  std::size_t rung_ = 0;            // of sizes_
  int barriers_ = 0;                // of progress, before the rungs
  std::size_t winner_ = 0;
  bool decided_ = false;
  Scores seen_;                            // of all rungs, also of candidates that were dropped
  std::vector<SearchDecision> decisions_;  // of the round in hand
};

// Rungs of successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and
// hyperparameter optimization", 2016): each has eta times the items of the one before, the last one
// all of them; as many as it takes to get from `candidates` to one, none smaller than `first`.
std::vector<std::size_t> HalvingSizes(std::size_t items, std::size_t candidates, std::size_t eta,
                                      std::size_t first);

}  // namespace hone
