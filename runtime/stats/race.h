// Race: which arms of a search may be stopped early, tested as often as one likes.
//
// Arms are scored on clusters that come in an order fixed beforehand. Against each arm, every rival
// bets on being better: with differences x = rival - arm of cluster means, from -1 to 1, its
// capital is the mean over stakes s of the product of (1 + s x). Were the rival not better in
// expectation, the capital would not grow in expectation either, so it ever reaches c with
// probability at most 1/c, however often and whenever one looks (Ville, "Etude critique de la
// notion de collectif", 1939; Waudby-Smith and Ramdas, "Estimating means of bounded random
// variables by betting", JRSS B 86, 2024; mixtures of stakes: Robbins, 1970). An arm is dropped
// when a rival's capital has reached (arms - 1) / level: the arm that is truly best then falls with
// probability at most `level`, however many arms race and however their answers depend on each
// other.
//
// "Truly best" is meant of clusters like these, drawn independently. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

namespace hone {

// What a rival has against an arm.
struct RaceEvidence {
  double capital = 1;          // the largest so far; capped at 1e100
  int n_clusters = 0;          // that both arms have
  double mean_difference = 0;  // rival - arm over these
};

// Differences rival - arm of cluster means, in the order in which the clusters came.
RaceEvidence EvidenceOf(const std::vector<double>& differences);

struct RaceDrop {
  int arm = 0;
  int rival = 0;  // the one with the largest capital, the first of equals
  RaceEvidence evidence;
  double p_value = 1;  // (arms - 1) / capital, at most 1: valid at any time, for all arms at once
};

// `means[arm][cluster]`, from 0 to 1, clusters in the order in which they came; nothing where an
// arm was not scored. Give dropped arms again with what they have: their evidence against others
// counts, and they stay dropped. `n_arms` is the number that started. Ascending by arm.
// REQUIRES: 0 < level < 1, n_arms >= means.size().
std::vector<RaceDrop> RaceDrops(const std::vector<std::vector<std::optional<double>>>& means,
                                int n_arms, double level);

}  // namespace hone
