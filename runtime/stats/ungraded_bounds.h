// Ungraded bounds: how far a difference could be from the graded one because some items have no
// usable judgement.
//
// Every ungraded side of a pair is taken as not solved or as solved, whichever is worse, then
// better, for the arm (worst-case bounds: Manski, "Nonparametric bounds on treatment effects",
// American Economic Review 80, 1990). No assumption is made of why they are ungraded. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/observation.h"
#include "stats/paired_test.h"

namespace hone {

// An item that both arms attempted in the same run.
struct MaybeGradedPair {
  int run = 0;
  int cluster = 0;
  int item = 0;
  std::optional<double> arm;  // 0 to 1; nothing: ungraded
  std::optional<double> baseline;
};

struct DifferenceBounds {
  int n_pairs = 0;
  int n_ungraded = 0;            // pairs with an ungraded side
  std::optional<double> graded;  // over pairs that are graded on both sides
  double worst = 0, best = 0;    // over all pairs; 0 without any
  PairedTest worst_test, best_test;
};

DifferenceBounds BoundDifference(const std::vector<MaybeGradedPair>& pairs,
                                 const std::string& seed = "hone sign flips");

}  // namespace hone
