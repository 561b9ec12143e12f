// Scores the skill versions of a run by their replayed probes, exactly, and picks one.
//
// Each candidate was replayed on the hard and the easy probe set; per set, `correct` of `valid`
// probes were solved. `valid` leaves out probes without a usable answer or judgement. A set's
// factor is
//   n_plus_1   (correct + 1) / (valid + 1)      the smoothing of the Ctx2Skill implementation
//   n_plus_2   (correct + 1) / (valid + 2)      Laplace's rule of succession
//   none       correct / valid
// A set with no valid probe takes its factor from the empty rule: one, zero, or skip (left out of
// the combination). The score is the product, sum or weighted sum of the factors, or one of them.
// The largest wins, the earliest among equals. Fractions, no rounding: the same counts select the
// same skill anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "skill/rational.h"

namespace hone {

enum class ReplaySmoothing { kNPlus1, kNPlus2, kNone };
enum class EmptySetRule { kOne, kZero, kSkip };
enum class ReplayCombine { kProduct, kSum, kHard, kEasy, kWeighted };

struct ReplayRule {
  ReplaySmoothing smoothing = ReplaySmoothing::kNPlus1;
  EmptySetRule empty = EmptySetRule::kOne;
  ReplayCombine combine = ReplayCombine::kProduct;
  Rational hard_weight = 1;  // of the weighted sum
  Rational easy_weight = 1;

  // From the names in Lua: "n_plus_1" | "n_plus_2" | "none", "one" | "zero" | "skip", "product" |
  // "sum" | "hard" | "easy" | "weighted"; "" takes the default. The error names field and nearest
  // value.
  static Result<ReplayRule> FromNames(std::string_view smoothing, std::string_view empty,
                                      std::string_view combine);
  // Weights from 0 to 1 in whole thousandths, so that scores stay exact; not both 0.
  Status SetWeights(double hard, double easy);
};

struct ProbeCounts {
  int64_t correct = 0;
  int64_t valid = 0;
};

struct CandidateCounts {
  ProbeCounts hard;
  ProbeCounts easy;
};

struct CandidateScore {
  std::optional<Rational> hard;  // nothing: left out by the empty rule
  std::optional<Rational> easy;
  Rational score;  // 0 when every factor that counts was left out
};

struct ReplayRanking {
  std::size_t best = 0;  // index from 0
  std::vector<CandidateScore> scores;
};

// Fails on no candidates, on counts below 0 or above a million, and on correct > valid.
Result<ReplayRanking> RankCandidates(const std::vector<CandidateCounts>& candidates,
                                     const ReplayRule& rule);

}  // namespace hone
